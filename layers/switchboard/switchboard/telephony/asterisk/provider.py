"""An Asterisk as an account's telephony, port Telephony. Requests go out over the PBX's own connection."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.errors import Conflict, NotFound, ProviderRefused, Refusal
from switchboard.kernel.hops import hops_in_hand
from switchboard.kernel.numbers import extension_key
from switchboard.telephony.asterisk.fold import hang_up, redirect
from switchboard.telephony.asterisk.model import (
    AsteriskCall,
    AsteriskSettings,
    CallKind,
    ChannelLeg,
    PlaybackState,
    call_id_of,
    channel_id,
)
from switchboard.telephony.asterisk.ports import AsteriskCalls
from switchboard.telephony.asterisk.requests import due
from switchboard.telephony.asterisk.switch import Switch
from switchboard.telephony.model import CallRef, OrderAccepted, OriginateRequest, PlaceCallRequest

ATTEMPTS = 5  # to change a call that other workers change too
OVER = "The call has ended."
DISCONNECTED = "The PBX is not connected."
Change = Callable[[AsteriskCall, datetime], AsteriskCall]


@dataclass(frozen=True, slots=True)
class AsteriskTelephony:
    """One account's Asterisk. The order's id makes the call's and the channels' ids, so a repeat is the same call.

    The call's row is the claim: it is written before the PBX is asked, and a call with a row is never dialled again.
    `is_extension` tells whether an account has an extension.
    """

    calls: AsteriskCalls
    switch: Switch
    settings: AsteriskSettings
    clock: Callable[[], datetime]
    region_of: Callable[[str], str]
    is_extension: Callable[[str, str], bool]

    def originate(self, order: OriginateRequest) -> OrderAccepted:
        """Ring the extension, then the number. Raises ProviderRefused if the PBX is not connected."""
        caller = order.caller_id or self.settings.caller_id
        call = self._new(order, CallKind.ORIGINATED, order.extension, caller, is_extension=True)
        return self._begin(replace(call, extension=order.extension, ring_for=self.settings.ring_for))

    def place(self, order: PlaceCallRequest) -> OrderAccepted:
        """Ring the number and play the audio. Raises ProviderRefused if the PBX is not connected."""
        caller = order.caller_id or self.settings.caller_id
        call = self._new(order, CallKind.PLACED, order.number, caller, is_extension=False)
        return self._begin(
            replace(
                call,
                playbacks=tuple(PlaybackState(audio) for audio in order.audio),
                success=order.success,
                ring_for=order.ring_for,
                last_for=order.last_for,
            )
        )

    def redirect(self, command: str, call: CallRef, to: str) -> None:  # noqa: ARG002 - a repeat shows by the call
        """Connect the call to another extension or number, which rings first. Raises Conflict before the answer."""
        is_extension = self.is_extension(call.account, extension_key(to))
        self._change(call, lambda found, _: _redirected(found, to, is_extension=is_extension))

    def hang_up(self, command: str, call: CallRef) -> None:  # noqa: ARG002 - a repeat shows by the call
        """End the call. Raises NotFound, Conflict or ProviderRefused."""
        self._change(call, hang_up)

    def _new(
        self, order: OriginateRequest | PlaceCallRequest, kind: CallKind, party: str, caller: str, *, is_extension: bool
    ) -> AsteriskCall:
        id_ = call_id_of(order.account, order.command)
        return AsteriskCall(
            account=order.account,
            id=id_,
            kind=kind,
            began_at=self.clock(),
            command=order.command,
            number=order.number,
            caller_id=caller,
            region=self.region_of(order.account),
            hops=hops_in_hand(),
            legs=(ChannelLeg(channel_id(id_, 0), party, extension=is_extension),),
            asked=("dial0",),
        )

    def _begin(self, call: AsteriskCall) -> OrderAccepted:
        """Claim the call, then have the PBX dial. A repeat finds the claim and does nothing."""
        line = self.switch.line(call.account, self.settings)
        if line is None:
            raise ProviderRefused(DISCONNECTED, Refusal.UNAVAILABLE)
        if self.calls.claim(call):
            dial = [request for request in due(replace(call, asked=()), line) if request.name == "dial0"]
            if not self.switch.send(call.account, call.id, dial):
                with suppress(Exception):  # a row that stays is a call that never begins: the sweep ends it
                    self.calls.forget(call)
                raise ProviderRefused(DISCONNECTED, Refusal.UNAVAILABLE)
        return OrderAccepted(call.id)

    def _change(self, ref: CallRef, change: Change) -> None:
        for _ in range(ATTEMPTS):
            found = self.calls.get(ref.account, ref.call_id)
            if found is None:
                raise NotFound("There is no such call.", "call")
            if found.ended_at or found.hung_up:
                raise Conflict(OVER, "call")
            if self._carried_out(found, change(found, self.clock())):
                return
        raise ProviderRefused("The call changed at the same time; try again.", Refusal.UNAVAILABLE)

    def _carried_out(self, before: AsteriskCall, after: AsteriskCall) -> bool:
        """Write the change and send what it demands. Returns False if another worker changed the call."""
        line = self.switch.line(before.account, self.settings)
        if line is None:
            raise ProviderRefused(DISCONNECTED, Refusal.UNAVAILABLE)
        requests = due(after, line)
        after = replace(after, asked=(*after.asked, *(request.name for request in requests)))
        kept = self.calls.change(before, after)
        if kept is None:
            return False
        if not self.switch.send(before.account, before.id, requests):
            self.calls.change(kept, replace(before, version=kept.version))
            raise ProviderRefused(DISCONNECTED, Refusal.UNAVAILABLE)
        return True


def _redirected(call: AsteriskCall, to: str, *, is_extension: bool) -> AsteriskCall:
    if call.kind is CallKind.PLACED or not call.answered_at:
        raise Conflict("The call is not yet answered.", "call")
    return redirect(call, to, extension=is_extension)
