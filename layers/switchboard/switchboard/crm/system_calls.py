"""A CRM asks for a call, or for the end of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from switchboard.calls.model import CallEvent, Kind
from switchboard.calls.news import news
from switchboard.calls.ports import EventQueue
from switchboard.crm.model import Asked, CallWish, Connector, HangUpWish, Workspace
from switchboard.crm.ports import Connectors, Links
from switchboard.errors import ProviderSilent, Refused


class Wire(Protocol):
    """The CRM's dialect, as far as its system calls go."""

    def call_wish(self, body: Mapping[str, Any]) -> CallWish: ...
    def hang_up_wish(self, communication_id: str, body: Mapping[str, Any]) -> HangUpWish: ...
    def call_of_leg(self, leg: str) -> str: ...
    def not_supported(self) -> Refused: ...
    def user_unknown(self) -> Refused: ...
    def call_unknown(self, id_: str) -> Refused: ...
    def failed(self, error: Refused) -> Refused:
        """A refusal of ours as the CRM knows it."""


class Telephony(Protocol):
    """What calls are made with."""

    def check(self, asked: Asked) -> None:
        """Raise Refused for what is known beforehand to be impossible."""

    def originate(self, asked: Asked) -> str:
        """Start the call, once for each communication; its id where it is known beforehand, else empty. Refused."""

    def hang_up(self, account: str, call_id: str) -> None:
        """End a call; Refused."""


class Orders(Protocol):
    """Calls that are to be made, in a queue."""

    def send(self, asked: Asked) -> None: ...


def connector_to(workspace: Workspace, connectors: Connectors, wire: Wire) -> Connector:
    """The account's connector to a workspace; without one nothing is supported."""
    for connector in connectors.of_account(workspace.account):
        if connector.workspace == workspace.name:
            return connector
    raise wire.not_supported()


@dataclass(frozen=True, slots=True)
class AskForCall:
    """The wish is kept and queued before it is answered; a telephony may take longer than a CRM waits."""

    connectors: Connectors
    links: Links
    telephony: Telephony
    orders: Orders
    wire: Wire
    clock: Callable[[], datetime]

    def __call__(self, workspace: Workspace, body: Mapping[str, Any]) -> None:
        """Asked again for the same communication, it is the same wish. Refused in the CRM's shape."""
        wish = self.wire.call_wish(body)
        connector = connector_to(workspace, self.connectors, self.wire)
        asked = self._asked(connector, wish)
        try:
            self.telephony.check(asked)
        except Refused as error:
            raise self.wire.failed(error) from error
        self.orders.send(self.links.ask(asked))

    def _asked(self, connector: Connector, wish: CallWish) -> Asked:
        extension = connector.extensions.get(wish.user, "")
        number = wish.client or connector.extensions.get(wish.other_user, "")
        if not extension or not number:
            raise self.wire.user_unknown()
        return Asked(connector.account, connector.id, wish.communication_id, extension, number, self.clock())


@dataclass(frozen=True, slots=True)
class MakeCall:
    """A call that was asked for is made; where it cannot be, that is an event of the account's."""

    links: Links
    telephony: Telephony
    events: EventQueue
    clock: Callable[[], datetime]

    def __call__(self, asked: Asked) -> None:
        """Done again, it changes nothing. A telephony that is silent may have made the call: its events will tell."""
        try:
            call_id = self.telephony.originate(asked)
        except ProviderSilent:
            return
        except Refused as error:
            self.events.send(_failed(asked, error, self.clock()))
            return
        if call_id and self.links.claim(asked, call_id):
            self.links.link(asked.account, asked.connector, call_id, asked.communication_id)


@dataclass(frozen=True, slots=True)
class AskForHangUp:
    """A call is known by the CRM's id, as it was told or asked for, or by a leg of ours."""

    connectors: Connectors
    links: Links
    telephony: Telephony
    wire: Wire

    def __call__(self, workspace: Workspace, communication_id: str, body: Mapping[str, Any]) -> None:
        """Refused in the CRM's shape."""
        wish = self.wire.hang_up_wish(communication_id, body)
        connector = connector_to(workspace, self.connectors, self.wire)
        known = wish.communication_id and self.links.call_of(connector.account, connector.id, wish.communication_id)
        call_id = known or self.wire.call_of_leg(wish.leg)
        if not call_id:
            raise self.wire.call_unknown(wish.communication_id)
        try:
            self.telephony.hang_up(connector.account, call_id)
        except Refused as error:
            raise self.wire.failed(error) from error


def _failed(asked: Asked, error: Refused, at: datetime) -> CallEvent:
    """`{"action", "reason", "communication_id", "connector"}`, of no call."""
    details = {
        "action": "originate",
        "reason": error.code,
        "communication_id": asked.communication_id,
        "connector": asked.connector,
    }
    return news(Kind.COMMAND_FAILED, (asked.account, ""), f"{asked.connector}/{asked.communication_id}", at, details)
