"""An integration that speaks a CRM's protocol, as an account's telephony: the hub is the CRM.

The hub's record of the call is made before the integration is asked, with the command's id as the CRM's id. The
integration's callbacks carry this id, so they are the events of the command's call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from switchboard.dialects.crm_roles import IntegrationClient
from switchboard.errors import NotFound, NotSupported
from switchboard.kernel.numbers import to_e164
from switchboard.telephony.model import CallRef, OrderAccepted, OriginateRequest, PlaceCallRequest


@dataclass(frozen=True, slots=True)
class RunningLeg:
    """A call as the CRM knows it: the CRM's id, and the leg and user that the last event of the call named."""

    communication: str
    leg: str = ""
    user: str = ""


class OrderedCalls(Protocol):
    """The hub's records of calls, as a CRM keeps them."""

    def begin(self, command: str, number: str) -> str:
        """Insert the call of a command if absent. Return the hub's id of the call."""

    def leg_of(self, call: CallRef) -> RunningLeg | None:
        """Return the call; None for a call that no record has."""


@dataclass(frozen=True, slots=True)
class IntegrationTelephony:
    """Port Telephony. `users` maps extensions to the integration's users; `region` is the plan of national numbers."""

    client: IntegrationClient
    calls: OrderedCalls
    users: Mapping[str, str]
    region: str

    def originate(self, order: OriginateRequest) -> OrderAccepted:
        """Ask the integration for the call; `call-failed` or the call's events report the result."""
        number = (to_e164(order.number, self.region) or order.number).removeprefix("+")
        call_id = self.calls.begin(order.command, number)
        user = self.users.get(order.extension, order.extension)
        self.client.call(order.command, user, self.users.get(order.number, ""), number)
        return OrderAccepted(call_id)

    def hang_up(self, command: str, call: CallRef) -> None:  # noqa: ARG002 - the port's
        """Ask the integration to end the call. Raises NotFound for a call that its callbacks never named."""
        found = self.calls.leg_of(call)
        if found is None:
            raise NotFound("The integration has not told of this call.", "call")
        self.client.hang_up(found.communication, found.leg, found.user)

    def place(self, order: PlaceCallRequest) -> OrderAccepted:  # noqa: ARG002 - the port's
        """Raise NotSupported: the protocol has no such command."""
        raise NotSupported("The integration cannot place a call that plays a message.")

    def redirect(self, command: str, call: CallRef, to: str) -> None:  # noqa: ARG002 - the port's
        """Raise NotSupported: the protocol has no such command."""
        raise NotSupported("The integration cannot redirect a call.")
