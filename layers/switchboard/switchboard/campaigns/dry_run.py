"""Forecast a task's start: how many people would be called, how many skipped and why, and how long it would take.

Two forecasts bound the time. In the shortest everybody answers the first call and listens to the end. In the longest
nobody ever answers. Both respect the window and the limits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from switchboard.accounts.ports import Accounts
from switchboard.campaigns.dialling.ports import Restrictions
from switchboard.campaigns.dialling.windows import is_open
from switchboard.campaigns.plan import MakePlan, Plan
from switchboard.campaigns.ports import PAGE, Executions, Resources
from switchboard.campaigns.start import Channels
from switchboard.campaigns.tasks import find_task
from switchboard.kernel.campaign import Limits, Subscriber, Task, Window
from switchboard.kernel.campaign_outcome import DryRun, Forecast

RINGING = 8.0  # seconds until an answer, in the shortest forecast
MOST_DAYS = 3660
SHOWN = 10  # people who are shown of those who would be called first, and for each reason of those skipped
NO_NUMBER, DUPLICATE = "no_number", "duplicate"


@dataclass(frozen=True, slots=True)
class TryTask:
    """The use case behind `/tasks/{id}/dry-run`."""

    tasks: Resources[Task]
    make_plan: MakePlan
    executions: Executions
    channels: Channels
    restrictions: Restrictions
    accounts: Accounts
    clock: Callable[[], datetime]

    def __call__(self, account: str, task_id: str) -> DryRun:
        """Return the forecast. Raises Conflict if a part of the task no longer exists."""
        plan, now = self.make_plan(find_task(account, task_id, self.tasks)), self.clock()
        owner = self.accounts.get(account)
        numbers, looked = self._numbers(plan, now)
        skipped = dict(looked.skipped)
        found = DryRun(
            size=len(plan.subscribers),
            called=len(numbers),
            skipped={**skipped, **({DUPLICATE: plan.repeated} if plan.repeated else {})},
            limits=self.executions.limits(account) or Limits(),
            can_start=self.channels(account),
            now=now,
            first=looked.first,
            examples=looked.examples,
        )
        if not (found.can_start and numbers and found.limits.channels):  # with a hand-over the hub has no channels
            return found
        return _timed(found, plan, numbers, owner.timezone if owner else "UTC")

    def _numbers(self, plan: Plan, now: datetime) -> tuple[list[int], Look]:
        """Return the number of callable numbers of each callable subscriber, and the first called and skipped."""
        found, look = list[int](), Look()
        for first in range(0, len(plan.subscribers), PAGE):
            page = plan.subscribers[first : first + PAGE]
            every = [number for one in page for number in one.phones]
            blocked = self.restrictions.blocked(plan.task.account, "", every, now)
            for one in page:
                left = [number for number in one.phones if number not in blocked]
                if left:
                    found.append(len(left))
                    look.call(one, left[0])
                else:
                    look.skip(one, blocked[one.phones[0]] if one.phones else NO_NUMBER)
        return found, look


@dataclass(slots=True)
class Look:
    """The first people to be called, the skipped by reason, and some of them."""

    skipped: Counter[str] = field(default_factory=Counter)
    first: list[tuple[Subscriber, str]] = field(default_factory=list)
    examples: dict[str, list[Subscriber]] = field(default_factory=dict)

    def call(self, who: Subscriber, number: str) -> None:
        """Note somebody who would be called."""
        if len(self.first) < SHOWN:
            self.first.append((who, number))

    def skip(self, who: Subscriber, reason: str) -> None:
        """Note somebody who would not be called."""
        self.skipped[reason] += 1
        some = self.examples.setdefault(reason, [])
        if len(some) < SHOWN:
            some.append(who)


def _timed(found: DryRun, plan: Plan, numbers: Sequence[int], timezone: str) -> DryRun:
    settings = plan.settings
    clock = CallTimetable(settings.window, timezone, found.limits)
    begins_at = clock.opens_at(found.now)
    listens = min(sum(clip.seconds for clip in plan.clips), settings.max_call_duration)
    answered = clock.wave(begins_at, found.called, RINGING + listens, 1)
    ends = begins_at
    for turn in range(settings.attempt_count):
        ends = clock.opens_at(ends + timedelta(seconds=settings.attempt_delay if turn else 0))
        ends = clock.wave(ends, sum(numbers), settings.max_answer_delay, max(numbers))
    shortest = Forecast(found.called, answered)
    longest = Forecast(sum(numbers) * settings.attempt_count, ends)
    return replace(found, begins_at=begins_at, shortest=shortest, longest=longest)


@dataclass(frozen=True, slots=True)
class CallTimetable:
    """Computes when calls begin and end within a window and limits."""

    window: Window
    timezone: str
    limits: Limits

    def opens_at(self, at: datetime) -> datetime:
        """Return the first moment from `at` on in which the window is open."""
        return next(self._spells(at))[0]

    def wave(self, at: datetime, calls: int, each: float, in_a_row: int) -> datetime:
        """Return when `calls` calls of `each` seconds are over, if one person gets `in_a_row` calls in sequence."""
        side_by_side = calls * each / self.limits.channels - each
        at_the_rate = (calls - 1) / self.limits.cps if self.limits.cps else 0.0
        left = max(side_by_side, at_the_rate, each * (in_a_row - 1))  # until the last call begins
        for since, until in self._spells(at):
            open_for = (until - since).total_seconds() if until else left
            if left <= open_for:
                return since + timedelta(seconds=max(left, 0.0) + each)
            left -= open_for
            at = until or since
        return at  # after MOST_DAYS, ten years

    def _spells(self, at: datetime) -> Iterator[tuple[datetime, datetime | None]]:
        """Yield the window's open intervals from `at` on; an end of None means for ever."""
        if self.window.since == self.window.until:
            yield at, None
            return
        zone = ZoneInfo(self.timezone)
        day = at.astimezone(zone).date() - timedelta(days=1)
        over_midnight = timedelta(days=1 if self.window.until < self.window.since else 0)
        for _ in range(MOST_DAYS):
            since = datetime.combine(day, self.window.since, zone).astimezone(UTC)
            until = datetime.combine(day + over_midnight, self.window.until, zone).astimezone(UTC)
            begins = max(since, at)
            # In the night that skips an hour, a window within this hour never opens.
            if begins < until and is_open(self.window, self.timezone, begins):
                yield begins, until
            day += timedelta(days=1)
