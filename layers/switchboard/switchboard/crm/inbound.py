"""A call that comes in is put through to whom the CRM says it belongs to, by a telephony that can.

The events' path does no more than leave word of the call: the CRM is asked by the worker of what CRMs want of calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.accounts.ports import Extensions
from switchboard.calls.model import Call, Direction, Happened, Kind, Number, State
from switchboard.crm.model import Connector, Redirect
from switchboard.errors import Refused, SwitchboardError

BEFORE_AN_ANSWER = (State.NEW, State.RINGING)
IN_TIME = timedelta(seconds=20)  # after that somebody has answered, or given up


class OfAccount(Protocol):
    """The CRMs that an account is connected to."""

    def of_account(self, account: str) -> list[Connector]: ...


class Orders(Protocol):
    """Calls that are to be put through, in a queue."""

    def redirect(self, wish: Redirect) -> None: ...


class Calls(Protocol):
    """The calls that there are."""

    def get(self, account: str, call_id: str) -> Call | None: ...


class Responsible(Protocol):
    """One CRM that knows who is responsible for a customer."""

    def of_connector(self, connector: Connector, number: str, call_id: str = "") -> str | None:
        """The extension; SwitchboardError where the CRM is silent or refuses."""


class Claims(Protocol):
    """What is done once."""

    def claim_redirect(self, account: str, call_id: str) -> bool:
        """Whether this is the first time that a call is to be put through."""


class Telephony(Protocol):
    """What calls are put through with."""

    def redirect(self, account: str, call_id: str, to: str) -> None:
        """Raise Refused where that cannot be done."""


@dataclass(frozen=True, slots=True)
class AskForRedirect:
    """Follows every event, and costs a read where a call comes in by a telephony that can put it through.

    A failure is told to `failed`, and to nobody else: the call goes on as it would have.
    """

    can_redirect: Callable[[str], bool]
    connectors: Callable[[], OfAccount]
    orders: Callable[[], Orders]
    failed: Callable[[str, BaseException], None]

    def __call__(self, happened: Happened) -> None:
        """Leave word of a call that begins; done again it is the same word."""
        event, call = happened.event, happened.call
        if call is None or event.kind is not Kind.CALL_STARTED or not self.can_redirect(event.dialect):
            return
        if call.known("direction") is not Direction.INCOMING or call.state not in BEFORE_AN_ANSWER:
            return
        try:
            if any(one.redirect_inbound for one in self.connectors().of_account(call.account)):
                self.orders().redirect(Redirect(call.account, call.id, event.received_at))
        except Exception as error:  # noqa: BLE001 - whatever it is, events go on
            self.failed("redirect", error)


@dataclass(frozen=True, slots=True)
class RedirectInbound:
    """Asks the CRM, and has the call put through once. What comes too late, or to nothing, is left alone."""

    calls: Calls
    connectors: OfAccount
    responsible: Responsible
    extensions: Extensions
    claims: Claims
    telephony: Telephony
    failed: Callable[[str, BaseException], None]
    clock: Callable[[], datetime]

    def __call__(self, wish: Redirect) -> None:
        """Never raises for what a CRM or a telephony does."""
        call = self.calls.get(wish.account, wish.call_id)
        if call is None or self.clock() - wish.at > IN_TIME or call.state not in BEFORE_AN_ANSWER:
            return
        extension = self._responsible(call)
        rung: Number | None = call.known("extension")
        if not extension or (rung and rung.received == extension):
            return
        if self.claims.claim_redirect(call.account, call.id):
            self._redirect(call, extension)

    def _responsible(self, call: Call) -> str:
        """Of the first CRM that names somebody whom the account has."""
        caller: Number | None = call.known("caller")
        if caller is None:
            return ""
        own = {extension.number for extension in self.extensions.of_account(call.account)}
        for connector in self.connectors.of_account(call.account):
            found = self._asked(connector, caller, call) if connector.redirect_inbound else None
            if found in own:
                return found or ""
        return ""

    def _asked(self, connector: Connector, caller: Number, call: Call) -> str | None:
        try:
            return self.responsible.of_connector(connector, caller.e164 or caller.received, call.id)
        except SwitchboardError as error:
            self.failed("redirect", error)
            return None

    def _redirect(self, call: Call, extension: str) -> None:
        try:
            self.telephony.redirect(call.account, call.id, extension)
        except Refused as error:
            self.failed("redirect", error)
