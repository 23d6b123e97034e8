"""Redirect an incoming call to the user whom the CRM names, if the telephony can redirect.

The worker of events only queues the call. Another worker asks the CRM and redirects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.accounts.ports import Extensions
from switchboard.crm.ports import AccountConnectors
from switchboard.errors import Refused, SwitchboardError
from switchboard.kernel.call import AppliedEvent, Call, Direction, Kind, Number, State
from switchboard.kernel.communication import Connector, RedirectRequest
from switchboard.kernel.numbers import extension_key

BEFORE_AN_ANSWER = (State.NEW, State.RINGING)
IN_TIME = timedelta(seconds=20)  # later the call is answered or abandoned


class RedirectQueue(Protocol):
    """The queue of calls to redirect."""

    def redirect(self, request: RedirectRequest) -> None: ...


class CurrentCalls(Protocol):
    """Reads the current state of calls."""

    def get(self, account: str, call_id: str) -> Call | None: ...


class ConnectorLookup(Protocol):
    """Asks one CRM for the user responsible for a customer."""

    def of_connector(self, connector: Connector, number: str, call_id: str = "") -> str | None:
        """Return the extension; None without one. Raises SwitchboardError if the CRM is silent or refuses."""


class RedirectClaims(Protocol):
    """Claims, so that a call is redirected once."""

    def claim_redirect(self, account: str, call_id: str) -> bool:
        """Claim the redirection of a call. Returns False if the call was claimed before."""


class RedirectingTelephony(Protocol):
    """Redirects calls."""

    def redirect(self, account: str, call_id: str, to: str) -> None:
        """Redirect the call to an extension. Raises Refused."""


@dataclass(frozen=True, slots=True)
class AskForRedirect:
    """Follower of applied events: queues incoming calls that the telephony can redirect.

    A failure is reported to `failed`, and the call proceeds without redirection.
    """

    can_redirect: Callable[[str], bool]
    connectors: Callable[[], AccountConnectors]
    orders: Callable[[], RedirectQueue]
    failed: Callable[[str, BaseException], None]

    def __call__(self, applied: AppliedEvent) -> None:
        """Queue a call that begins. A repeat queues the same message."""
        event, call = applied.event, applied.call
        if call is None or event.kind is not Kind.CALL_STARTED or not self.can_redirect(event.dialect):
            return
        if call.known("direction") is not Direction.INCOMING or call.state not in BEFORE_AN_ANSWER:
            return
        try:
            if any(one.redirect_inbound for one in self.connectors().of_account(call.account)):
                self.orders().redirect(RedirectRequest(call.account, call.id, event.received_at))
        except Exception as error:  # noqa: BLE001 - the processing of events goes on
            self.failed("redirect", error)


@dataclass(frozen=True, slots=True)
class RedirectInbound:
    """Asks the CRM, and redirects the call once. A call that was answered or is too old is left alone."""

    calls: CurrentCalls
    connectors: AccountConnectors
    responsible: ConnectorLookup
    extensions: Extensions
    claims: RedirectClaims
    telephony: RedirectingTelephony
    failed: Callable[[str, BaseException], None]
    clock: Callable[[], datetime]

    def __call__(self, request: RedirectRequest) -> None:
        """Redirect the call if possible. Errors of the CRM or the telephony are reported to `failed`, not raised."""
        call = self.calls.get(request.account, request.call_id)
        if call is None or self.clock() - request.at > IN_TIME or call.state not in BEFORE_AN_ANSWER:
            return
        extension = self._responsible(call)
        rung: Number | None = call.known("extension")
        if not extension or (rung and extension_key(rung.received) == extension_key(extension)):
            return
        if self.claims.claim_redirect(call.account, call.id):
            self._redirect(call, extension)

    def _responsible(self, call: Call) -> str:
        """Return the first extension of the account that a CRM names; empty without one."""
        caller: Number | None = call.known("caller")
        if caller is None:
            return ""
        own = {extension.number for extension in self.extensions.of_account(call.account)}
        for connector in self.connectors.of_account(call.account):
            found = self._ask_crm(connector, caller, call) if connector.redirect_inbound else None
            if found and (known := extension_key(found, own)) in own:
                return known
        return ""

    def _ask_crm(self, connector: Connector, caller: Number, call: Call) -> str | None:
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
