"""A vendor's PBX as an account's telephony: the PBX starts calls and reports them by its events.

If the PBX's answer has no call id, a command waits for a matching call. The waiting row is written before the PBX is
called, because the first event may arrive before the answer. An answer with an id names the call, and ends the wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.errors import NotSupported, ProviderRefused, ProviderSilent, Refusal, Refused
from switchboard.kernel.call import CallEvent
from switchboard.kernel.numbers import extension_key, read_number, to_e164
from switchboard.telephony.model import CallRef, OrderAccepted, OriginateRequest, PlaceCallRequest
from switchboard.telephony.pending import MatchVerdict, PendingCommand, PendingCommands
from switchboard.telephony.ports import CommandedPbx, OriginatingPbx


class Settlements(Protocol):
    """The queue of messages that arrive at the end of a command's window."""

    def send(self, pending: PendingCommand) -> None: ...


def no_events(account: str, call_id: str) -> Sequence[CallEvent]:  # noqa: ARG001 - where no calls are at hand
    """Return no events."""
    return ()


@dataclass(frozen=True, slots=True)
class PbxTelephony:
    """Port Telephony. `window` is the time for the call's first event; `source` is the only source, empty for any.

    `region` is the numbering plan for national numbers: the PBX expects E.164 without `+`. `call_id_of` gives the hub's
    id for a source and the PBX's id of a call. `events_of` returns the events of a call by account and call id.
    """

    pbx: OriginatingPbx
    pending: PendingCommands
    settlements: Settlements
    clock: Callable[[], datetime]
    window: timedelta
    region: str
    source: str = ""
    call_id_of: Callable[[str, str], str] = lambda source, told: ""  # noqa: ARG005 - for a PBX that tells no ids
    events_of: Callable[[str, str], Sequence[CallEvent]] = no_events

    def originate(self, order: OriginateRequest) -> OrderAccepted:
        """Ring the extension, then the number. A refusal removes the waiting row; after silence the row stays."""
        waiting = self._waiting(order)
        self._expect(waiting)
        try:
            told = self._start(order)
        except ProviderSilent:
            raise  # the call may still start
        except Refused:
            with suppress(Exception):  # a row that stays is harmless: its command has failed
                self.pending.forget(waiting)
            raise
        return OrderAccepted(self._told(waiting, told) if told and self.source else "")

    def _told(self, waiting: PendingCommand, told: str) -> str:
        """Return the hub's id of the call that the PBX named, and end the wait. The source knows whose id it is."""
        call_id = self.call_id_of(self.source, told)
        known = replace(waiting, verdict=MatchVerdict.MATCHED, call_id=call_id, judged_at=self.clock(), is_told=True)
        with suppress(Exception):  # the call's first event came before the answer, and decided the row
            self.pending.judged([(waiting, known)])
        return call_id

    def place(self, order: PlaceCallRequest) -> OrderAccepted:  # noqa: ARG002 - the port's
        """Raise NotSupported: no PBX of this kind plays messages."""
        raise NotSupported("The PBX cannot place a call that plays a message.")

    def redirect(self, command: str, call: CallRef, to: str) -> None:
        """Send the caller to `to`. Raises NotSupported if the PBX cannot change a running call."""
        if not isinstance(self.pbx, CommandedPbx):
            raise NotSupported("The PBX cannot redirect a call.")
        self.pbx.route_caller(command, self.events_of(call.account, call.call_id), self._plain(to))

    def hang_up(self, command: str, call: CallRef) -> None:
        """End the call. Raises NotSupported as `redirect`."""
        if not isinstance(self.pbx, CommandedPbx):
            raise NotSupported("The PBX cannot hang up a call.")
        self.pbx.end_call(command, self.events_of(call.account, call.call_id))

    def _start(self, order: OriginateRequest) -> str:
        """Ask the PBX, and return its id of the call; empty if the PBX tells none."""
        number, shown = self._plain(order.number), self._plain(order.caller_id)
        if isinstance(self.pbx, CommandedPbx):
            self.pbx.originate_as(order.command, order.extension, number, shown)
            return ""
        return self.pbx.originate(order.extension, number, shown) or ""

    def _expect(self, waiting: PendingCommand) -> None:
        """Send the message first. If the worker dies between, a message is left over, and no row waits for ever."""
        try:
            self.settlements.send(waiting)
            self.pending.expect(waiting)
        except Exception as error:  # in any case the PBX was not called
            raise ProviderRefused("The hub cannot record the call now; try again.", Refusal.UNAVAILABLE) from error

    def _waiting(self, order: OriginateRequest) -> PendingCommand:
        now = self.clock()
        number = read_number(order.number, self.region)
        if number is None:  # unreachable: the number was validated before
            raise NotSupported("There is no number to call.", "number")
        return PendingCommand(
            order.account, extension_key(order.extension), order.command, number, now, now + self.window, self.source
        )

    def _plain(self, number: str) -> str:
        return (to_e164(number, self.region) or number).removeprefix("+")
