"""The simulator as a telephony provider."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from switchboard.errors import Conflict, Duplicate, NotFound, ProviderRefused, Refusal, TryAgain
from switchboard.kernel.hops import hops_in_hand
from switchboard.telephony.model import Action, CallRef, OrderAccepted, OriginateRequest, PlaceCallRequest
from switchboard.telephony.simulator.model import NAME, Advance, SimulatedCall, SimulatorSettings
from switchboard.telephony.simulator.play import OVER, hung_up, redirected
from switchboard.telephony.simulator.ports import AdvanceQueue, SimulatedCalls
from switchboard.telephony.simulator.script import script

ATTEMPTS = 5  # to change a call that other workers change too
Change = Callable[[SimulatedCall, datetime], SimulatedCall]


@dataclass(frozen=True, slots=True)
class Simulator:
    """One account's simulator, port Telephony. The command's id is the idempotency key of the call."""

    calls: SimulatedCalls
    queue: AdvanceQueue
    settings: SimulatorSettings
    clock: Callable[[], datetime]
    region_of: Callable[[str], str]

    def originate(self, order: OriginateRequest) -> OrderAccepted:
        """Ring the extension, then the number. Raises Conflict if the extension is busy."""
        caller = order.caller_id or self.settings.caller_id or order.extension
        return self._begin(order, Action.ORIGINATE, caller, order.extension)

    def place(self, order: PlaceCallRequest) -> OrderAccepted:
        """Ring the number and play the audio."""
        return self._begin(order, Action.PLACE, order.caller_id or self.settings.caller_id, "")

    def redirect(self, command: str, call: CallRef, to: str) -> None:  # noqa: ARG002 - a repeat shows by the call
        """Connect the call to another extension or number."""
        self._change(call, lambda found, now: found if found.holder == to else redirected(found, to, now))

    def hang_up(self, command: str, call: CallRef) -> None:  # noqa: ARG002 - a repeat shows by the call
        """End the call."""
        self._change(call, hung_up)

    def _begin(
        self, order: OriginateRequest | PlaceCallRequest, action: Action, caller: str, holder: str
    ) -> OrderAccepted:
        now = self.clock()
        call = SimulatedCall(
            account=order.account,
            id=_call_id(order),
            command=order.command,
            action=action,
            number=order.number,
            caller_id=caller,
            began_at=now,
            speed=self.settings.speed,
            steps=script(order, self.settings),
            holder=holder,
            region=self.region_of(order.account),
            hops=hops_in_hand(),
        )
        # The message first: if the worker dies here, no call lacks a message, and a message without a call is harmless.
        self.queue.send(Advance(call.account, call.id, 0, 0, now), 0)
        with suppress(Duplicate):
            self.calls.begin(call, self.settings)
        return OrderAccepted(call.id)

    def _change(self, ref: CallRef, change: Change) -> None:
        for _ in range(ATTEMPTS):
            now = self.clock()
            call = self.calls.get(ref.account, ref.call_id)
            if call is None:
                raise NotFound("There is no such call.", "call")
            if call.ended:
                raise Conflict(OVER, "call")
            kept = self._kept(call, change(call, now))
            if kept is not None:
                # The worker of the earlier steps may have died before reporting: `since` 0 reports all steps again.
                self.queue.send(Advance(kept.account, kept.id, kept.done, 0, now), 0)
                return
        raise ProviderRefused("The call changed at the same time; try again.", Refusal.UNAVAILABLE)

    def _kept(self, before: SimulatedCall, after: SimulatedCall) -> SimulatedCall | None:
        try:
            return self.calls.change(before, after)
        except TryAgain:
            return None


def _call_id(order: OriginateRequest | PlaceCallRequest) -> str:
    return hashlib.sha256(f"{NAME}\n{order.account}\n{order.command}".encode()).hexdigest()[:32]
