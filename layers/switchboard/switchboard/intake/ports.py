"""The ports of intake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.accounts.activity.model import Spent
from switchboard.calls.ports import KeptEvent
from switchboard.deliveries.model import Delivery
from switchboard.kernel.call import AppliedEvent, Call, CallEvent


class Budgets(Protocol):
    """The daily budgets of accounts."""

    def held_until(self, account: str) -> datetime | None:
        """Return until when the deliveries of an account wait, None within its budget."""

    def count(self, account: str, spent: Spent) -> None:
        """Count what an event spent. Raises nothing."""


class AppliedEvents(Protocol):
    """Calls, the log of their events, and the deliveries of each event."""

    def get(self, account: str, call_id: str) -> Call | None:
        """Return the call as of the last write, None for an unknown one."""

    def keep(self, applied: AppliedEvent, deliveries: Sequence[Delivery], before: Call | None) -> None:
        """Write event, call and deliveries in one transaction.

        Raises Duplicate if the log holds the event, TryAgain if the call has another version than `before`.
        """

    def kept(self, event: CallEvent, call_id: str) -> KeptEvent | None:
        """Return the log's entry of an event, None if the log does not hold the event."""

    def supersede(self, old: Call, successor: str) -> None:
        """Point the id of an old call at the call that reuses the id."""

    def note_restart(self, event: CallEvent) -> None:
        """Write the time at which a source's device started."""

    def restarted_at(self, account: str, source: str) -> datetime | None:
        """Return the time of receipt of the last start of a source's device."""

    def unsent(self, event: CallEvent, call_id: str) -> list[Delivery]:
        """Return the untried deliveries of an event that the log holds."""


@dataclass(frozen=True, slots=True)
class SpilledLane:
    """A call, or a source for events of no call, with spilled events: when the oldest came, and the newest."""

    oldest: datetime
    newest: CallEvent


@dataclass(frozen=True, slots=True)
class SpillFlag:
    """Tells workers that a place may hold events. Each raising has a token of its own."""

    at: datetime
    token: str


class SpillPlace(Protocol):
    """A place for events that the queue refused. A lane's events are in the order of their receipt.

    The flag of a place is raised before an event is kept there.
    """

    def flag(self) -> SpillFlag | None:
        """Return the flag, as of the last write; None if the flag is down."""

    def raise_flag(self, at: datetime) -> None:
        """Raise the flag, again if the flag is up."""

    def lower_flag(self, flag: SpillFlag) -> None:
        """Lower the flag, unless the flag was raised again since it was read."""

    def keep(self, event: CallEvent) -> None:
        """Store an event. Storing an event again changes nothing."""

    def is_empty(self) -> bool:
        """Whether no event is here, as of the last write."""

    def of_lane(self, event: CallEvent) -> list[CallEvent]:
        """Return the events of the event's lane that were received no later than the event."""

    def lanes(self) -> Iterator[SpilledLane]:
        """Yield the lanes with spilled events."""

    def remove(self, event: CallEvent) -> None:
        """Remove an event. A missing event is no error."""
