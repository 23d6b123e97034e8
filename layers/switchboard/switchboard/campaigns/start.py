"""Start a task: read its resources, store a snapshot as an execution, and have the execution dialled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.ports import Accounts
from switchboard.campaigns.in_use import uses
from switchboard.campaigns.plan import MakePlan, Plan
from switchboard.campaigns.ports import Audiences, Executions, Holds, Resources
from switchboard.campaigns.tasks import find_task
from switchboard.errors import Conflict
from switchboard.kernel.campaign import Audience, Counters, Execution, Phase, Subscriber, Task
from switchboard.kernel.subscriber_list import same_numbers
from switchboard.telephony.ports import Telephonies
from switchboard.telephony.registry import PROVIDERS


@dataclass(frozen=True, slots=True)
class StartOrder:
    """How to start: the id of the execution, empty for a new id; and the only numbers to call, for a rehearsal."""

    execution: str = ""
    rehearsal: tuple[str, ...] = ()


PLAIN = StartOrder()
HELD = timedelta(seconds=60)  # longer than the time-out of the function that starts tasks


@dataclass(frozen=True, slots=True)
class Channels:
    """Tells whether an account can call a campaign, and whether another system calls."""

    executions: Executions
    telephonies: Telephonies

    def __call__(self, account: str) -> bool:
        """Whether the account has channels, and a telephony that plays messages.

        If another system calls, the channels are that system's. The operator forbids campaigns with 0 channels.
        """
        limits, chosen = self.executions.limits(account), self.telephonies.get(account)
        if chosen and PROVIDERS[chosen.provider].hands_over:
            return limits is None or limits.channels > 0
        return bool(limits and limits.channels and chosen and PROVIDERS[chosen.provider].places)

    def phase(self, account: str) -> Phase:
        """Return the first phase of an execution: HANDED_OVER if another system calls, else RUNNING."""
        chosen = self.telephonies.get(account)
        hands_over = chosen is not None and PROVIDERS[chosen.provider].hands_over
        return Phase.HANDED_OVER if hands_over else Phase.RUNNING


@dataclass(frozen=True, slots=True)
class StartTask:
    """The use case behind `/tasks/{id}/start`."""

    tasks: Resources[Task]
    make_plan: MakePlan
    audiences: Audiences
    holds: Holds
    executions: Executions
    channels: Channels
    accounts: Accounts
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    def __call__(self, account: str, task_id: str, order: StartOrder = PLAIN) -> str | None:
        """Return the id of the task's running or new execution; None if the account has no channels.

        Raises NotFound and Conflict.
        """
        task = find_task(account, task_id, self.tasks)
        running = self._running(task)
        if running:
            self.executions.look_after(running)
            return running.id
        if not self.channels(account):
            return None
        plan = self.make_plan(task)
        if not plan.subscribers:
            raise Conflict("There is nobody in the task's groups.", "groups")
        return self._begin(plan, order)

    def _running(self, task: Task) -> Execution | None:
        active = self.executions.active(task.account)
        return next((execution for execution in active if execution.task == task.id), None)

    def _begin(self, plan: Plan, order: StartOrder) -> str:
        account, now = plan.task.account, self.clock()
        # The hold protects the resources until the execution is stored; then the execution protects them.
        self.holds.hold(account, [(kind.value, id_) for kind, id_ in uses(plan.task)], now + HELD)
        if self.make_plan.clips_of(plan.task) != plan.clips:
            raise Conflict("An audio file of the task is just being changed; please try again.", "files")
        called = rehearsing(plan.subscribers, order.rehearsal, plan.region) if order.rehearsal else plan.subscribers
        audience = self.audiences.save(account, order.execution or self.new_id(), called)
        wanted = self._execution(plan, audience, now)
        begun = self.executions.begin(plan.task, wanted)
        if begun.id != wanted.id and not order.execution:  # another start was first; a client's id may be tried again
            self.audiences.remove(account, audience.id)
        return begun.id

    def _execution(self, plan: Plan, audience: Audience, now: datetime) -> Execution:
        owner = self.accounts.get(plan.task.account)
        return Execution(
            account=plan.task.account,
            id=audience.id,
            task=plan.task.id,
            name=plan.task.name,
            settings=plan.settings,
            clips=plan.clips,
            audience=audience,
            timezone=owner.timezone if owner else "UTC",
            region=plan.region,
            started_at=now,
            priority=plan.task.priority,
            phase=self.channels.phase(plan.task.account),
            counters=Counters(total=audience.size, not_yet=audience.size),
        )


def rehearsing(subscribers: Sequence[Subscriber], numbers: Sequence[str], region: str) -> list[Subscriber]:
    """Return whom a rehearsal calls: the named numbers alone, with the names of the list. Nobody gets an e-mail."""
    wanted = {same_numbers((number,), region): number for number in numbers}
    found: list[Subscriber] = []
    for one in subscribers:
        phones = tuple(phone for phone in one.phones if wanted.pop(same_numbers((phone,), region), None))
        if phones:
            found.append(Subscriber(one.full_name, phones))
    return [*found, *(Subscriber("", (number,)) for number in wanted.values())]
