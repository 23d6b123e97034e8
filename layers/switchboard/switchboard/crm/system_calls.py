"""Start and end calls at the command of a CRM."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from switchboard.calls.ports import EventQueue
from switchboard.crm.ports import Connectors, Links
from switchboard.dialects.crm_roles import CommandModule
from switchboard.errors import ProviderSilent, Refused
from switchboard.kernel.call import CallEvent, Kind
from switchboard.kernel.communication import CallCommand, Connector, CrmCallRequest, Workspace
from switchboard.kernel.hops import carrying, hops_in_hand
from switchboard.kernel.news import news
from switchboard.kernel.numbers import digits_of, read_number


class CallingTelephony(Protocol):
    """Starts and ends calls."""

    def check(self, request: CrmCallRequest) -> None:
        """Raise Refused if the call is certain to fail."""

    def originate(self, request: CrmCallRequest) -> str:
        """Start the call, once for each communication. Return the call's id; empty if not known yet. Raises Refused."""

    def hang_up(self, account: str, call_id: str) -> None:
        """End a call. Raises Refused."""


class CallRequestQueue(Protocol):
    """The queue of requested calls."""

    def send(self, request: CrmCallRequest) -> None: ...


def connector_to(workspace: Workspace, connectors: Connectors, missing: Callable[[], Refused]) -> Connector:
    """Return the account's connector to a workspace. Raises the CRM's `not supported` error `missing` without one."""
    for connector in connectors.of_account(workspace.account):
        if connector.workspace == workspace.name:
            return connector
    raise missing()


@dataclass(frozen=True, slots=True)
class AskForCall:
    """Stores and queues the request for a call. The telephony may take longer than the CRM waits for an answer."""

    connectors: Connectors
    links: Links
    telephony: CallingTelephony
    orders: CallRequestQueue
    dialect: CommandModule
    clock: Callable[[], datetime]
    region_of: Callable[[str], str]

    def __call__(self, workspace: Workspace, body: Mapping[str, Any]) -> None:
        """Queue the call. The communication id is the idempotency key. Raises Refused in the CRM's form."""
        command = self.dialect.call_wish(body, self.region_of(workspace.account))
        connector = connector_to(workspace, self.connectors, self.dialect.not_supported)
        request = self._new_request(connector, command)
        try:
            self.telephony.check(request)
        except Refused as error:
            raise self.dialect.failed(error) from error
        self.orders.send(self.links.add_request(request))

    def _new_request(self, connector: Connector, command: CallCommand) -> CrmCallRequest:
        extension = connector.extensions.get(command.user, "")
        number = command.client or connector.extensions.get(command.other_user, "")
        if not extension or not number:
            raise self.dialect.user_unknown()
        known = read_number(number, self.region_of(connector.account))
        return CrmCallRequest(
            account=connector.account,
            connector=connector.id,
            communication_id=command.communication_id,
            extension=extension,
            number=number,
            at=self.clock(),
            key=digits_of(known) if known else "",
            hops=hops_in_hand(),
        )


@dataclass(frozen=True, slots=True)
class MakeCall:
    """Starts a requested call. A refusal becomes an event of the account."""

    links: Links
    telephony: CallingTelephony
    events: EventQueue
    clock: Callable[[], datetime]
    calling_extension: Callable[[CrmCallRequest], str]

    def __call__(self, request: CrmCallRequest) -> None:
        """Start the call; a repeat changes nothing. After a time-out the telephony's events show the outcome."""
        with carrying(request.hops):
            self._start(request)

    def _start(self, request: CrmCallRequest) -> None:
        try:
            known = request.extension or self.calling_extension(request)
            call_id = self.telephony.originate(replace(request, extension=known))
        except ProviderSilent:
            return
        except Refused as error:
            self.events.send(_failed(request, error, self.clock()))
            return
        if call_id and self.links.claim(request, call_id):
            self.links.link(request.account, request.connector, call_id, request.communication_id)


@dataclass(frozen=True, slots=True)
class AskForHangUp:
    """Ends a call, given by the CRM's id or by the id of a call leg."""

    connectors: Connectors
    links: Links
    telephony: CallingTelephony
    dialect: CommandModule

    def __call__(self, workspace: Workspace, communication_id: str, body: Mapping[str, Any]) -> None:
        """End the call. Raises Refused in the CRM's form."""
        command = self.dialect.hang_up_wish(communication_id, body)
        connector = connector_to(workspace, self.connectors, self.dialect.hang_up_not_supported)
        known = command.communication_id and self.links.call_of(
            connector.account, connector.id, command.communication_id
        )
        call_id = known or self.dialect.call_of_leg(command.leg)
        if not call_id:
            raise self.dialect.call_unknown(command.communication_id)
        try:
            self.telephony.hang_up(connector.account, call_id)
        except Refused as error:
            raise self.dialect.hang_up_failed(error) from error


def _failed(request: CrmCallRequest, error: Refused, at: datetime) -> CallEvent:
    """Return the event of a failed call. Details: `{"action", "reason", "communication_id", "connector"}`."""
    details = {
        "action": "originate",
        "reason": error.code,
        "communication_id": request.communication_id,
        "connector": request.connector,
    }
    return news(
        Kind.COMMAND_FAILED, (request.account, ""), f"{request.connector}/{request.communication_id}", at, details
    )
