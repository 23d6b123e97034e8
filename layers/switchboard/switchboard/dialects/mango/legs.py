"""The legs of Mango's calls: which party is the employee, and what an event of a leg means for the call.

Several legs have one `entry_id`. The stages of a call in the voice menu and in a queue are legs, too. A leg with
`taken_from_call_id` continues another leg of the call: behind the menu, out of a queue, or after a transfer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.dialects.mango.tables import (
    ABONENT,
    APPEARED,
    CALLBACKS,
    CONNECTED,
    DISCONNECTED,
)
from switchboard.dialects.reading import inside, text
from switchboard.kernel.call import Direction, Kind

COMMANDED = "1000"  # the reason for which a callback's first leg ends: the call goes on


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg, as one event shows the leg."""

    state: str
    location: str
    from_extension: str
    to_extension: str
    taken_from: str
    group: str
    command: str
    initiator: str
    reason: str

    @property
    def is_first_of_callback(self) -> bool:
        """Whether the employee is rung for a call that goes out afterwards.

        Such a leg shows the client as its caller. A routed call has a command, too, and continues another leg.
        """
        asked = bool(self.command or self.initiator)
        return asked and bool(self.to_extension) and not self.from_extension and not self.taken_from

    @property
    def direction(self) -> Direction | None:
        """The direction of the call, None for a leg between two employees."""
        if self.is_first_of_callback:
            return Direction.CALLBACK if self.initiator in CALLBACKS else Direction.OUTGOING
        if self.from_extension:
            return None if self.to_extension else Direction.OUTGOING
        return Direction.INCOMING

    @property
    def extension(self) -> str:
        """The employee who is rung, or who calls out; empty for a stage without an employee."""
        if self.location != ABONENT:
            return ""
        return self.to_extension or self.from_extension

    @property
    def kind(self) -> Kind:
        """What the event means for the call."""
        if self.location != ABONENT:
            return Kind.CALL_STARTED if self.state == APPEARED else Kind.CUSTOM
        if self.state == APPEARED:
            return Kind.LEG_STARTED if self.taken_from or self.group else Kind.CALL_STARTED
        if self.is_first_of_callback and (self.state == CONNECTED or self.reason == COMMANDED):
            return Kind.CUSTOM  # the employee waits for the client: nobody has answered, and the call goes on
        return {CONNECTED: Kind.CALL_ANSWERED, DISCONNECTED: Kind.LEG_ENDED}.get(self.state, Kind.CUSTOM)


def leg_of(body: Mapping[str, Any]) -> Leg:
    """Return the leg of an event `events/call`."""
    caller, called = inside(body, "from"), inside(body, "to")
    return Leg(
        text(body, "call_state") or "",
        (text(body, "location") or text(body, "locaton") or ABONENT).lower(),
        text(caller, "extension") or "",
        text(called, "extension") or "",
        text(caller, "taken_from_call_id") or "",
        text(called, "acd_group") or "",
        text(body, "command_id") or "",
        text(body, "callback_initiator") or "",
        text(body, "disconnect_reason") or "",
    )
