"""An account with a task that can be started, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from switchboard.accounts.terms.storage import AccountStorage
from switchboard.campaigns.dialling.desk import ExecutionDesk
from switchboard.campaigns.dry_run import TryTask
from switchboard.campaigns.groups import KeepGroups
from switchboard.campaigns.in_use import InUse
from switchboard.campaigns.plan import MakePlan
from switchboard.campaigns.report import ReadReport
from switchboard.campaigns.settings import KeepSettings
from switchboard.campaigns.start import Channels, StartTask
from switchboard.campaigns.tasks import KeepTasks, TaskResources
from switchboard.kernel.campaign import Clip, Limits, NotificationSettings, Subscriber, SubscriberGroup, Task
from switchboard.telephony.model import AccountTelephony
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.campaigns import Held, MemoryHolds, MemoryResources
from tests.fakes.dialling_store import MemoryAudiences, MemoryDialling, MemoryDiallingQueue, MemoryRuns
from tests.fakes.source_activity import MemorySpending
from tests.fakes.telephony import MemoryTelephonies
from tests.support.builders import NOON, an_account
from tests.support.campaigns import a_profile, a_task, people


@dataclass
class World:
    """`now` is the time; everything else is what there is."""

    now: datetime = NOON
    audio: dict[str, Clip] = field(default_factory=lambda: {"a1": Clip("a1.wav", 8.0)})

    def __post_init__(self) -> None:
        held: Held = {}
        self.settings: MemoryResources[NotificationSettings] = MemoryResources("settings", held)
        self.groups: MemoryResources[SubscriberGroup] = MemoryResources("group", held)
        self.tasks: MemoryResources[Task] = MemoryResources("task", held)
        kinds: dict[str, Any] = {"settings": self.settings, "group": self.groups, "task": self.tasks, "audio": self}
        self.holds = MemoryHolds(held, kinds)
        self.audiences, self.store = MemoryAudiences(), MemoryDialling()
        self.queue, self.workflow = MemoryDiallingQueue(), MemoryRuns()
        self.executions = ExecutionDesk(self.store, self.queue, self.workflow, self.clock)
        self.telephonies, self.accounts = MemoryTelephonies(), MemoryAccounts()
        self.accounts.add(an_account())
        self.telephonies.save(AccountTelephony("acme", "simulator"))
        self.executions.limit("acme", Limits(channels=4, cps=2))
        numbers = count(1)
        self.new_id = lambda: f"id-{next(numbers)}"
        resources = TaskResources(self.settings, self.groups, self.clip)
        self.plan = MakePlan(resources, self.audiences, lambda _: "RU")
        channels = Channels(self.executions, self.telephonies)
        self.storage = AccountStorage(MemorySpending(), lambda _: 2**30, self.clock)
        self.in_use = InUse(self.tasks, self.executions)
        self.keep_tasks = KeepTasks(self.tasks, resources, self.in_use, self.clock)
        self.keep_groups = KeepGroups(self.groups, self.audiences, self.in_use, self.storage, self.clock)
        self.keep_settings = KeepSettings(self.settings, self.in_use, self.clock)
        self.start = StartTask(
            self.tasks, self.plan, self.audiences, self.holds, self.executions, channels, self.accounts,
            self.clock, self.new_id,
        )  # fmt: skip
        self.do_not_call: set[str] = set()
        self.dry_run = TryTask(self.tasks, self.plan, self.executions, channels, self, self.accounts, self.clock)
        self.report = ReadReport(self.executions, self.audiences)

    def clock(self) -> datetime:
        return self.now

    def clip(self, account: str, id_: str) -> Clip | None:
        return self.audio.get(id_) if account == "acme" else None

    def blocked(self, account: str, execution: str, numbers: Sequence[str], now: datetime) -> Mapping[str, str]:
        """Port Restrictions."""
        assert (account, execution, now) == ("acme", "", self.now)
        return {number: "do_not_call" for number in numbers if number in self.do_not_call}

    def get(self, account: str, id_: str) -> Clip | None:
        """What is held of audio."""
        return self.clip(account, id_)

    def prepared(self, *lists: list[Subscriber], **settings: Any) -> Task:
        """A task over a group for each list."""
        self.settings.save(a_profile(**settings))
        for number, subscribers in enumerate(lists or (people(3),), 1):
            audience = self.audiences.save("acme", f"g{number}.list", subscribers)
            self.groups.save(SubscriberGroup("acme", f"g{number}", "river", audience, NOON))
        task = a_task(groups=tuple(f"g{number}" for number in range(1, len(lists or (1,)) + 1)))
        self.tasks.save(task)
        return task
