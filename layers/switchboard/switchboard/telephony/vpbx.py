"""A real IS.VPBX as an account's telephony: it starts calls, and tells of them by its events alone.

Its answer has no call id, so a command waits for its call, and it does so before the PBX is asked: the PBX's first
event may be here before its answer.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.calls.numbers import read_number, to_e164
from switchboard.dialects.vpbx.client import OriginateOrder, VpbxClient
from switchboard.errors import NotSupported, ProviderRefused, ProviderSilent, Refusal, Refused
from switchboard.telephony.model import CallRef, OrderAccepted, OriginateRequest, PlaceCallRequest
from switchboard.telephony.pending import PendingCommand, PendingCommands


class Settlements(Protocol):
    """Messages that come when the time for a command's call is over."""

    def send(self, pending: PendingCommand) -> None: ...


@dataclass(frozen=True, slots=True)
class VpbxTelephony:
    """Port Telephony. `window` is how long a call may take to show; `source` is where it shows, empty for any.

    `region` is the plan by which national numbers are read: the PBX wants E.164 without `+`.
    """

    pbx: VpbxClient
    pending: PendingCommands
    settlements: Settlements
    clock: Callable[[], datetime]
    window: timedelta
    region: str
    source: str = ""

    def originate(self, order: OriginateRequest) -> OrderAccepted:
        """Ring the extension, then the number. What was certainly not done leaves nothing that waits."""
        waiting = self._waiting(order)
        self._expect(waiting)
        try:
            self.pbx.originate(OriginateOrder(order.extension, self._plain(order.number), self._plain(order.caller_id)))
        except ProviderSilent:
            raise  # the call may come all the same
        except Refused:
            with suppress(Exception):  # one that is left behind is known by its command, whose reason counts
                self.pending.forget(waiting)
            raise
        return OrderAccepted()

    def place(self, order: PlaceCallRequest) -> OrderAccepted:  # noqa: ARG002 - the port's
        """IS.VPBX plays nothing to anybody."""
        raise NotSupported("IS.VPBX cannot place a call that plays a message.")

    def redirect(self, command: str, call: CallRef, to: str) -> None:  # noqa: ARG002 - the port's
        """IS.VPBX's API ends where the call begins."""
        raise NotSupported("IS.VPBX cannot redirect a call.")

    def hang_up(self, command: str, call: CallRef) -> None:  # noqa: ARG002 - the port's
        """As `redirect`."""
        raise NotSupported("IS.VPBX cannot hang up a call.")

    def _expect(self, waiting: PendingCommand) -> None:
        """In this order: cut off in between, there is a message too many, and nothing that waits for ever."""
        try:
            self.settlements.send(waiting)
            self.pending.expect(waiting)
        except Exception as error:  # whatever it is, the PBX was not asked
            raise ProviderRefused("The call cannot be waited for now.", Refusal.UNAVAILABLE) from error

    def _waiting(self, order: OriginateRequest) -> PendingCommand:
        now = self.clock()
        number = read_number(order.number, self.region)
        if number is None:  # no order gets so far without one
            raise NotSupported("There is no number to call.", "number")
        return PendingCommand(
            order.account, order.extension, order.command, number, now, now + self.window, self.source
        )

    def _plain(self, number: str) -> str:
        return (to_e164(number, self.region) or number).removeprefix("+")
