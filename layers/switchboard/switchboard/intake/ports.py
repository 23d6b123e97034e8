"""What the application of events needs from the outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from switchboard.deliveries.model import Delivery
from switchboard.kernel.call import AppliedEvent, Call, CallEvent


class AppliedEvents(Protocol):
    """The calls, with the log of their events and the deliveries that each event made."""

    def get(self, account: str, call_id: str) -> Call | None:
        """Return the call as of the last write, None for an unknown one."""

    def keep(self, applied: AppliedEvent, deliveries: Sequence[Delivery], before: Call | None) -> None:
        """Write event, call and deliveries, all or nothing.

        Duplicate where the log holds the event; TryAgain where the call is no longer as it was `before`.
        """

    def supersede(self, old: Call, successor: str) -> None:
        """Let a new call take over the id of an old one."""

    def unsent(self, event: CallEvent, call_id: str) -> list[Delivery]:
        """The deliveries written with an event that is in the log already."""
