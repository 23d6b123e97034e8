"""What calls need from the outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.kernel.call import Call, CallEvent, State


class EventQueue(Protocol):
    """The queue of call events, first in first out within a call. Sent means stored durably."""

    def send(self, event: CallEvent) -> None: ...


@dataclass(frozen=True, slots=True)
class Page:
    """A page of calls and the cursor of the next, None after the last."""

    calls: list[Call]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event as it stands in the log of its call."""

    event: CallEvent
    outcome: str


class Calls(Protocol):
    """Calls and the log of their events."""

    def get(self, account: str, call_id: str) -> Call | None:
        """The call, as of the last write."""

    def kept(self, event: CallEvent, call_id: str) -> KeptEvent | None:
        """An event that is in the log already, as it was when it was first applied; None for one that is not."""

    def events(self, account: str, call_id: str) -> list[KeptEvent]:
        """The log of a call, in the order of the events' times."""

    def events_of_source(
        self, account: str, source: str, limit: int, cursor: str | None
    ) -> tuple[list[KeptEvent], str | None]:
        """Events of no call, newest first, a page at a time."""

    def listed(self, account: str, wanted: CallFilter, limit: int, cursor: str | None) -> Page:
        """Calls of an account, newest first, a page at a time."""


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls: with this number (E.164 digits or as received), in this state, begun in this time."""

    number: str | None = None
    state: State | None = None
    since: datetime | None = None
    until: datetime | None = None
