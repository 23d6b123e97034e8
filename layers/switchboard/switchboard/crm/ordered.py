"""The calls that the hub, as a CRM, orders from an integration: adapter for `telephony.integration.OrderedCalls`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.calls.ports import KeptEvent
from switchboard.crm.ports import Communications
from switchboard.dialects.crm_roles import CallbackModule
from switchboard.kernel.communication import Communication, Workspace
from switchboard.telephony.integration import RunningLeg
from switchboard.telephony.model import CallRef


class EventsOfCall(Protocol):
    """Reads the log of a call."""

    def events(self, account: str, call_id: str) -> Sequence[KeptEvent]: ...


@dataclass(frozen=True, slots=True)
class CrmOrderedCalls:
    """The communications of one workspace. `call_of` gives the hub's id of a communication's call."""

    workspace: Workspace
    communications: Communications
    log: EventsOfCall
    dialect: CallbackModule
    call_of: Callable[[Communication, Workspace], str]
    clock: Callable[[], datetime]

    def begin(self, command: str, number: str) -> str:
        """Insert a communication under the command's id, if absent. Return the hub's id of its call."""
        now, place = self.clock(), (self.workspace.account, self.workspace.name)
        new = Communication(*place, command, command, now, now, live=True, direction="outbound", client_phone=number)
        return self.call_of(self.communications.add(new), self.workspace)

    def leg_of(self, call: CallRef) -> RunningLeg | None:
        """Return the communication of a call, with the leg and the user that the latest event of a leg names."""
        found = self.communications.of_external_id(self.workspace, call.external_id)
        if found is None:
            return None
        parties = [self.dialect.party_of(kept.event.raw) for kept in self.log.events(call.account, call.call_id)]
        leg, user = next((party for party in reversed(parties) if party[0]), ("", ""))
        return RunningLeg(found.id, leg, user)
