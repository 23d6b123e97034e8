"""The store, queue and audiences of dialling, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from switchboard.campaigns.dialling.state import CapReached, Change, Dialler, DiallingState
from switchboard.campaigns.ports import PAGE
from switchboard.errors import NotFound
from switchboard.kernel.campaign import Audience, Execution, Subscriber, SubscriberRecord
from switchboard.laps import NO_LAPS, Laps
from tests.fakes.pages import page
from tests.fakes.restrictions import MemoryRestrictions


class MemoryDialling:
    """Port DiallingStore. `rows` counts what was written."""

    def __init__(self, restrictions: MemoryRestrictions | None = None) -> None:
        self.restrictions = restrictions or MemoryRestrictions()
        self.states: dict[str, DiallingState] = {}
        self.kept: dict[tuple[str, str, int], SubscriberRecord] = {}
        self.snapshots: dict[tuple[str, str], Execution] = {}
        self.turns: dict[tuple[str, str], datetime] = {}
        self.rows = 0
        self.transactions = 0
        self.reads = 0

    def load(self, account: str) -> DiallingState:
        self.reads += 1
        return self.states.get(account) or DiallingState(Dialler(account))

    def commit(self, before: int, change: Change) -> bool:
        account = change.after.dialler.account
        if (self.states[account].dialler.version if account in self.states else 0) != before:
            return False
        assert change.size <= 100
        reached = [one.telephone for one in change.counted if not self.restrictions.has_room(account, one)]
        if reached:
            raise CapReached(reached)
        for call in change.counted:
            self.restrictions.count(account, call.day, {call.telephone: [call.call]})
        for call in change.uncounted:
            self.restrictions.uncount(account, call.day, {call.telephone: [call.call]})
        self.rows += change.size
        self.transactions += 1
        self.states[account] = change.after
        for (execution, index), record in change.records.items():
            self.kept[account, execution, index] = record
        for one in change.begun:
            self.snapshots[account, one.id] = one
            self.turns[account, one.id] = one.started_at
        for one in change.over:
            self.snapshots[account, one.id] = one
            self.turns.pop((account, one.id), None)
        return True

    def records(self, execution: str, account: str, subscribers: Sequence[int]) -> Mapping[int, SubscriberRecord]:
        self.reads += 1
        found = {index: self.kept.get((account, execution, index)) for index in subscribers}
        return {index: record for index, record in found.items() if record is not None}

    def records_between(self, execution: str, account: str, first: int, count: int) -> Mapping[int, SubscriberRecord]:
        return self.records(execution, account, range(first, first + count))

    def snapshot(self, account: str, execution: str) -> Execution | None:
        return self.snapshots.get((account, execution))

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Execution], str | None]:
        own = [one for (owner, _), one in self.snapshots.items() if owner == account]
        own.sort(key=lambda one: (one.started_at, one.id), reverse=True)
        return page(own, limit, cursor)

    def forget(self, account: str, execution: str) -> None:
        self.snapshots.pop((account, execution), None)

    def watch(self, account: str, execution: str, until: datetime | None) -> None:
        found = self.snapshots.get((account, execution))
        if until is None or found is None or found.finished_at:
            self.turns.pop((account, execution), None)
        else:
            self.turns[account, execution] = until

    def overdue(self, since: datetime) -> list[Execution]:
        return [self.snapshots[key] for key, at in self.turns.items() if at < since]


class MemoryAudiences:
    """Port Audiences."""

    def __init__(self) -> None:
        self.people: dict[tuple[str, str], list[Subscriber]] = {}

    def save(self, account: str, id_: str, subscribers: Iterable[Subscriber]) -> Audience:
        kept = list(subscribers)
        self.people[account, id_] = kept
        return Audience(id_, len(kept))

    def page(self, account: str, audience: Audience, number: int) -> Sequence[Subscriber]:
        return self._kept(account, audience)[number * PAGE : (number + 1) * PAGE]

    def whole(self, account: str, audience: Audience) -> Iterable[Subscriber]:
        return self._kept(account, audience)

    def link(self, account: str, audience: Audience, *, compressed: bool) -> str:
        return f"https://store.example/{account}/{audience.id}{'.gz' * compressed}"

    def remove(self, account: str, id_: str) -> None:
        self.people.pop((account, id_), None)

    def _kept(self, account: str, audience: Audience) -> list[Subscriber]:
        if (account, audience.id) not in self.people:
            raise NotFound("The list of subscribers is no longer stored.")
        return self.people[account, audience.id]


class MemoryDiallingQueue:
    """Port DiallingQueue: what was asked for, in order."""

    def __init__(self) -> None:
        self.ticks: list[tuple[str, str]] = []
        self.wakes: list[tuple[str, str, float]] = []

    def tick(self, account: str, name: str, laps: Laps = NO_LAPS) -> None:  # noqa: ARG002
        if (account, name) not in self.ticks:
            self.ticks.append((account, name))

    def wake(self, account: str, name: str, wait: float, laps: Laps) -> None:  # noqa: ARG002
        self.wakes.append((account, name, wait))


class MemoryRuns:
    """Port RunWorkflow: the parts that were started."""

    def __init__(self) -> None:
        self.started: dict[tuple[str, int], float] = {}

    def run(self, execution: Execution, part: int, wait: float) -> None:
        self.started.setdefault((execution.id, part), wait)
