"""Amazon Chime as an account's telephony, port Telephony."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.errors import Conflict, NotFound, NotSupported, ProviderRefused, Refusal
from switchboard.kernel.hops import hops_in_hand
from switchboard.kernel.numbers import to_e164
from switchboard.telephony.chime.fold import HANG_UP, hang_up
from switchboard.telephony.chime.model import (
    ChimeCall,
    ChimeCheck,
    ChimeKind,
    ChimeLeg,
    ChimeSettings,
    ClipState,
    call_id_of,
)
from switchboard.telephony.chime.ports import ChimeCalls, ChimeChecks, ChimeService
from switchboard.telephony.model import CallRef, OrderAccepted, OriginateRequest, PlaceCallRequest

ATTEMPTS = 5  # to change a call that events change too
GRACE = 5.0  # seconds beyond a limit before the hub acts
OVER = "The call has ended."
NOT_BEGUN = "Amazon Chime has not begun the call yet; try again."
BAD_NUMBER = "Amazon Chime calls numbers in the international form only."


@dataclass(frozen=True, slots=True)
class ChimeTelephony:
    """One account's share of the SIP media application.

    The service has no idempotency key. The call's row is the claim: the row is written before the service is asked, and
    a call with a row is never ordered again.
    """

    calls: ChimeCalls
    service: ChimeService
    checks: ChimeChecks
    settings: ChimeSettings
    clock: Callable[[], datetime]
    region_of: Callable[[str], str]

    def originate(self, order: OriginateRequest) -> OrderAccepted:
        """Call the extension's phone, then the number. Raises NotFound for an extension without a phone."""
        phone = self.settings.phones.get(order.extension, "")
        if not phone:
            raise NotFound("The telephony's settings have no phone of this extension.", "extension")
        call = self._new(order, ChimeKind.ORIGINATED, phone)
        return self._begin(
            replace(call, extension=order.extension, ring_for=self.settings.ring_for, last_for=self.settings.talk_for)
        )

    def place(self, order: PlaceCallRequest) -> OrderAccepted:
        """Call the number and play the audio."""
        call = self._new(order, ChimeKind.PLACED, self._e164(order.number, order.account))
        return self._begin(
            replace(
                call,
                clips=tuple(ClipState(audio) for audio in order.audio),
                success=order.success,
                ring_for=order.ring_for,
                last_for=order.last_for,
            )
        )

    def redirect(self, command: str, call: CallRef, to: str) -> None:  # noqa: ARG002 - the port's
        """Raise NotSupported. The service bridges a further party to the first leg alone, which is the extension's."""
        found = self.calls.get(call.account, call.call_id)
        if found is None:
            raise NotFound("There is no such call.", "call")
        raise NotSupported("Amazon Chime cannot redirect a call that the hub began.")

    def hang_up(self, command: str, call: CallRef) -> None:  # noqa: ARG002 - a repeat shows by the call
        """End the call. Raises NotFound, Conflict, ProviderRefused or ProviderSilent."""
        for _ in range(ATTEMPTS):
            found = self.calls.get(call.account, call.call_id)
            if found is None:
                raise NotFound("There is no such call.", "call")
            if found.ended_at or found.hung_up:
                raise Conflict(OVER, "call")
            if not found.transaction:
                raise ProviderRefused(NOT_BEGUN, Refusal.UNAVAILABLE)
            kept = self.calls.change(found, hang_up(found))
            if kept is not None:
                self._ask_to_hang_up(found, kept)
                return
        raise ProviderRefused("The call changed at the same time; try again.", Refusal.UNAVAILABLE)

    def _ask_to_hang_up(self, before: ChimeCall, kept: ChimeCall) -> None:
        """Have the service ask for the actions. A refusal takes the mark back, so that a later try may succeed."""
        try:
            self.service.update(kept.transaction, {**_names(kept), "do": HANG_UP})
        except NotFound:
            raise Conflict(OVER, "call") from None
        except ProviderRefused:
            with suppress(Exception):
                self.calls.change(kept, replace(before, version=kept.version))
            raise

    def _new(self, order: OriginateRequest | PlaceCallRequest, kind: ChimeKind, party: str) -> ChimeCall:
        return ChimeCall(
            account=order.account,
            id=call_id_of(order.account, order.command),
            kind=kind,
            began_at=self.clock(),
            command=order.command,
            number=self._e164(order.number, order.account),
            caller_id=self.settings.shown(order.caller_id),
            region=self.region_of(order.account),
            hops=hops_in_hand(),
            legs=(ChimeLeg(party),),
        )

    def _begin(self, call: ChimeCall) -> OrderAccepted:
        """Claim the call, then order it. The check comes first: a worker that dies leaves no call without an end."""
        if self.calls.get(call.account, call.id):
            return OrderAccepted(call.id)
        self.checks.send(ChimeCheck(call.account, call.id), call.ring_for + GRACE)
        if self.calls.claim(call, self.settings):
            self._order(call)
        return OrderAccepted(call.id)

    def _order(self, call: ChimeCall) -> None:
        try:
            transaction = self.service.call(call.caller_id, call.legs[0].party, _names(call))
        except (ProviderRefused, NotFound) as refused:
            with suppress(Exception):  # a row that stays is a call that never begins: the check ends the call
                self.calls.unclaim(call)
            if isinstance(refused, NotFound):
                raise ProviderRefused("Amazon Chime has no such application.", Refusal.FORBIDDEN) from refused
            raise
        with suppress(Exception):  # the event of the new call writes the same
            self.calls.link(transaction, call.account, call.id)
            self.calls.change(call, replace(call, transaction=transaction))

    def _e164(self, number: str, account: str) -> str:
        """Return a number with `+`. Raises ProviderRefused for a short or local number."""
        plain = to_e164(number, self.region_of(account))
        if not plain:
            raise ProviderRefused(BAD_NUMBER, Refusal.REJECTED)
        return f"+{plain.removeprefix('+')}"


def _names(call: ChimeCall) -> dict[str, str]:
    """Return the arguments by which an event of the service names the call."""
    return {"account": call.account, "call": call.id}
