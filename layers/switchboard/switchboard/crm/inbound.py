"""Redirect an incoming call to the user whom the CRM names, if the telephony can redirect.

The worker of events only queues the call. Another worker asks the CRM and redirects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.accounts.ports import Extensions
from switchboard.crm.ports import AccountConnectors
from switchboard.errors import Refused, SwitchboardError
from switchboard.kernel.call import AppliedEvent, Call, Direction, Kind, Number, State
from switchboard.kernel.communication import Connector, RedirectRequest
from switchboard.kernel.hops import carrying
from switchboard.kernel.numbers import extension_key

BEFORE_AN_ANSWER = (State.NEW, State.RINGING)
IN_TIME = timedelta(seconds=20)  # later the call is answered or abandoned
ASK_AGAIN = 1  # seconds until the next look whether the CRM knows the call


class RedirectQueue(Protocol):
    """The queue of calls to redirect."""

    def redirect(self, request: RedirectRequest, wait: int = 0) -> None:
        """Queue a request, for a worker to see after `wait` seconds."""


class CurrentCalls(Protocol):
    """Reads the current state of calls."""

    def get(self, account: str, call_id: str) -> Call | None: ...


class ConnectorLookup(Protocol):
    """Asks one CRM for the user responsible for a customer."""

    def knows(self, connector: Connector, call_id: str) -> bool:
        """Whether the CRM was told of the call, and gave the call an id."""

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
    """Asks the CRM, and redirects the call once. A call that was answered or is too old is left alone.

    The CRM is asked by number at once. While the call rings, it is asked by the call as soon as it knows the call.
    """

    calls: CurrentCalls
    connectors: AccountConnectors
    responsible: ConnectorLookup
    extensions: Extensions
    claims: RedirectClaims
    telephony: RedirectingTelephony
    orders: RedirectQueue
    failed: Callable[[str, BaseException], None]
    clock: Callable[[], datetime]

    def __call__(self, request: RedirectRequest) -> None:
        """Redirect the call if possible. Errors of the CRM or the telephony are reported to `failed`, not raised."""
        call = self.calls.get(request.account, request.call_id)
        if call is None or self.clock() - request.at > IN_TIME or call.state not in BEFORE_AN_ANSWER:
            return
        with carrying(call.hops):
            self._redirect_to_named(call, request)

    def _redirect_to_named(self, call: Call, request: RedirectRequest) -> None:
        wanted = [one for one in self.connectors.of_account(call.account) if one.redirect_inbound]
        known = [one for one in wanted if self.responsible.knows(one, call.id)]
        extension = self._responsible(call, request, known, wanted)
        rung: Number | None = call.known("extension")
        if not extension:
            self._ask_later(request, known, wanted)
        elif not (rung and extension_key(rung.received) == extension_key(extension)) and (
            self.claims.claim_redirect(call.account, call.id)
        ):
            self._redirect(call, extension)

    def _ask_later(self, request: RedirectRequest, known: Sequence[Connector], wanted: Sequence[Connector]) -> None:
        """Queue the request again if a CRM does not know the call yet."""
        if len(known) < len(wanted):
            asked = tuple(one.id for one in known)
            self.orders.redirect(replace(request, is_repeat=True, asked=asked), ASK_AGAIN)

    def _responsible(
        self, call: Call, request: RedirectRequest, known: Sequence[Connector], wanted: Sequence[Connector]
    ) -> str:
        """Return the first extension of the account that a CRM names; empty without one."""
        caller: Number | None = call.known("caller")
        number = caller.e164 or caller.received if caller else ""
        by_number = [] if request.is_repeat or not number else wanted
        own = {extension.number for extension in self.extensions.of_account(call.account)}
        for connector in wanted:
            if connector.id in request.asked or connector not in (*known, *by_number):
                continue
            found = self._ask_crm(connector, number, call)
            if found and (extension := extension_key(found, own)) in own:
                return extension
        return ""

    def _ask_crm(self, connector: Connector, number: str, call: Call) -> str | None:
        try:
            return self.responsible.of_connector(connector, number, call.id)
        except SwitchboardError as error:
            self.failed("redirect", error)
            return None

    def _redirect(self, call: Call, extension: str) -> None:
        try:
            self.telephony.redirect(call.account, call.id, extension)
        except Refused as error:
            self.failed("redirect", error)
