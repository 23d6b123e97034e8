"""The ports of calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.kernel.call import Call, CallEvent, State


class EventQueue(Protocol):
    """The queue of call events, first in first out within a call. `send` returns when the event is durable."""

    def send(self, event: CallEvent) -> None: ...


@dataclass(frozen=True, slots=True)
class Page:
    """A page of calls, and the cursor of the next page, None after the last page."""

    calls: list[Call]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An entry in the log of a call."""

    event: CallEvent
    outcome: str


class Calls(Protocol):
    """Calls and the log of their events."""

    def get(self, account: str, call_id: str) -> Call | None:
        """Return the call as of the last write, None for an unknown id."""

    def kept(self, event: CallEvent, call_id: str) -> KeptEvent | None:
        """Return the log's entry of an event as first applied, None if the log does not hold the event."""

    def events(self, account: str, call_id: str) -> list[KeptEvent]:
        """Return the log of a call, in the order of the events' times."""

    def events_of_source(
        self, account: str, source: str, limit: int, cursor: str | None
    ) -> tuple[list[KeptEvent], str | None]:
        """Return a page of a source's events of no call, newest first, and the cursor of the next page."""

    def listed(self, account: str, wanted: CallFilter, limit: int, cursor: str | None) -> Page:
        """Return a page of an account's calls, newest first."""


@dataclass(frozen=True, slots=True)
class CallFilter:
    """A filter of calls: number (digits of E.164, or as received), state, and time of the first event."""

    number: str | None = None
    state: State | None = None
    since: datetime | None = None
    until: datetime | None = None
