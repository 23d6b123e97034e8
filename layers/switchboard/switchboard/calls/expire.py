"""End the calls whose end never comes: those that are silent for too long, and those of a restarted device."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.calls.lost import Loss, end_of_lost, loss_of, next_look
from switchboard.calls.ports import EventQueue
from switchboard.kernel.call import AppliedEvent, Call, CallEvent, Kind

RestartedAt = Callable[[str, str], datetime | None]
"""Reads the time of the last start of a source's device, by account and source."""
LostAfter = Callable[[str], timedelta]
"""Reads an account's `lost_after`."""


class OpenCalls(Protocol):
    """The calls that began and have not ended."""

    def due(self, until: datetime) -> Iterator[list[Call]]:
        """Yield the calls of all accounts whose next look is due, some at a time."""

    def of_source(self, account: str, source: str) -> Iterator[list[Call]]:
        """Yield the open calls of a source that counts its call ids from one again, some at a time."""

    def look_again(self, call: Call, at: datetime) -> None:
        """Set the time of the next look; nothing for a call that has ended."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many calls a run ended as lost, how many last, and whether time ran out before the end."""

    lost: int = 0
    lasting: int = 0
    more: bool = False


@dataclass(slots=True)
class ExpireOverdueCalls:
    """One run of the sweep. The end of a call is queued before the next look is set: a run that dies repeats both.

    The queued event has an id of its own for each silence, so a repeat ends nothing twice.
    """

    calls: OpenCalls
    restarted_at: RestartedAt
    lost_after: LostAfter
    queue: EventQueue
    clock: Callable[[], datetime]
    _restarts: dict[tuple[str, str], datetime | None] = field(default_factory=dict)
    _limits: dict[str, timedelta] = field(default_factory=dict)

    def __call__(self, out_of_time: Callable[[], bool]) -> Swept:
        """Look at every call that is due, until `out_of_time`. The next run continues."""
        lost = lasting = 0
        for call in _each(self.calls.due(self.clock())):
            if out_of_time():
                return Swept(lost, lasting, more=True)
            if self._is_lost(call):
                lost += 1
            else:
                lasting += 1
        return Swept(lost, lasting)

    def _is_lost(self, call: Call) -> bool:
        """Judge a call: queue its end if it is lost, and set the next look."""
        now, limit = self.clock(), self._limit(call.account)
        loss = loss_of(call, limit, self._restart(call), now)
        if loss:
            self.queue.send(end_of_lost(call, loss, now))
        self.calls.look_again(call, next_look(call, limit, now))
        return loss is not None

    def _limit(self, account: str) -> timedelta:
        if account not in self._limits:
            self._limits[account] = self.lost_after(account)
        return self._limits[account]

    def _restart(self, call: Call) -> datetime | None:
        key = call.account, call.source
        if key not in self._restarts:
            self._restarts[key] = self.restarted_at(*key)
        return self._restarts[key]


@dataclass(frozen=True, slots=True)
class EndCallsOfRestarted:
    """A follower of applied events: the start of a device ends the open calls of its source.

    A call that this follower misses, because its first event is applied after the start, is found by the sweep.
    """

    calls: OpenCalls
    queue: EventQueue
    clock: Callable[[], datetime]

    def __call__(self, applied: AppliedEvent) -> None:
        """Queue the end of each call that the device last reported before its start."""
        event = applied.event
        if event.kind is Kind.DEVICE_STARTED:
            for end in self._ends(event):
                self.queue.send(end)

    def _ends(self, event: CallEvent) -> Iterator[CallEvent]:
        now = self.clock()
        for call in _each(self.calls.of_source(event.account, event.source)):
            if loss_of(call, timedelta.max, event.received_at, now) is Loss.RESTARTED:
                yield end_of_lost(call, Loss.RESTARTED, now)


def _each(pages: Iterable[list[Call]]) -> Iterator[Call]:
    return (call for page in pages for call in page)
