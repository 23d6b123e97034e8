"""Finished deliveries, and replays of them that a test can cut off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from switchboard.deliveries.model import Delivery, DeliveryRecord, DeliveryState
from switchboard.deliveries.replays.begin import BeginReplay, ReplayRequest
from switchboard.deliveries.replays.model import ReplayFilter, ReplayRun
from switchboard.deliveries.replays.turn import ReplayTurn
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.replays import MemoryReplayRuns, MemoryReplayWorkflows
from tests.support.builders import NOON, a_record, an_attempt

DEAD = ReplayFilter(DeliveryState.DEAD)


class Killed(BaseException):
    """The process is gone."""


@dataclass
class CountingQueue:
    """A queue that drops repeats, and tells that so many messages wait."""

    long: int = 0
    sent: list[Delivery] = field(default_factory=list)
    repeats: int = 0
    _seen: set[tuple[str, int]] = field(default_factory=set)

    def send(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            key = delivery.id, delivery.replays
            self.repeats += key in self._seen
            if key not in self._seen:
                self._seen.add(key)
                self.sent.append(delivery)

    def waiting(self) -> int:
        return self.long


class Mortal:
    """Passes every call on; before the call at which `alive` says no, and after it, the process is killed."""

    def __init__(self, real: Any, step: Callable[[], None]) -> None:
        self._real, self._step = real, step

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._real, name)

        def call(*args: Any, **named: Any) -> Any:
            self._step()
            answer = method(*args, **named)
            self._step()
            return answer

        return call


class Shelf:
    """Finished deliveries, the queue that they are sent to again, and the replays."""

    def __init__(self) -> None:
        self.deliveries, self.queue = MemoryDeliveries(), CountingQueue()
        self.runs, self.workflows = MemoryReplayRuns(), MemoryReplayWorkflows()
        self.now, self.ending = NOON + timedelta(days=1), False
        self.begin = BeginReplay(self.runs, lambda: self.now, self._new_id)
        self._ids = 0

    def is_ending(self, _: str) -> bool:
        return self.ending

    def _new_id(self) -> str:
        self._ids += 1
        return f"id-{self._ids}"

    def turn(self, step: Callable[[], None] | None = None) -> ReplayTurn:
        """The turns, of a process that `step` may kill."""
        parts: list[Any] = [self.runs, self.deliveries, self.queue, self.workflows]
        mortal = [Mortal(part, step) for part in parts] if step else parts
        return ReplayTurn(*mortal, self, lambda: self.now)

    def put(self, id_: str, **fields: Any) -> DeliveryRecord:
        record = a_record(id_, **{"state": DeliveryState.DEAD, "attempts": (an_attempt(),), **fields})
        self.deliveries.write([record])
        return record

    def again(
        self, wanted: ReplayFilter = DEAD, *, account: str = "acme", key: str = "", dry_run: bool = False
    ) -> ReplayRun:
        """A request, whose first turn has all the time."""
        return self.turn().at_once(self.begin(ReplayRequest(account, wanted, key, dry_run)), lambda: False)

    def counts(self, run: ReplayRun) -> tuple[int, int, int]:
        now = self.runs.get(run.id)
        assert now is not None
        return now.found, now.replayed, now.skipped

    @property
    def sent(self) -> list[str]:
        return [delivery.id for delivery in self.queue.sent]


def minutes(n: int) -> datetime:
    return NOON + timedelta(minutes=n)
