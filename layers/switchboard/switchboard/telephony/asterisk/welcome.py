"""A caller whom the dialplan sent into the application: the call begins, and rings the extension of the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from switchboard.kernel.call import Disposition
from switchboard.telephony.asterisk.ari import StasisStart
from switchboard.telephony.asterisk.model import AsteriskCall, CallKind, ChannelLeg, call_of_channel, channel_id

Route = Callable[[str, str], str]
"""Returns the extension that a caller of an account should reach, by number; empty for nobody."""


@dataclass(frozen=True, slots=True)
class WelcomeCaller:
    """Makes the call of a caller. `ring_for` is how many seconds the extension rings."""

    route: Route
    region_of: Callable[[str], str]
    ring_for: Callable[[str], float]

    def __call__(self, account: str, start: StasisStart) -> AsteriskCall:
        """Return the call. Where the rules name nobody, the call has ended, and the caller goes on in the dialplan."""
        id_ = call_of_channel(account, start.channel)
        caller = ChannelLeg(start.channel, start.caller, answered_at=start.at)
        call = AsteriskCall(
            account=account,
            id=id_,
            kind=CallKind.INBOUND,
            began_at=start.at,
            number=start.caller,
            caller_id=start.dialled,
            region=self.region_of(account),
            legs=(caller,),
            ring_for=self.ring_for(account),
        )
        extension = self.route(account, start.caller)
        if not extension:
            return replace(call, ended_at=start.at, disposition=Disposition.UNAVAILABLE)
        rung = ChannelLeg(channel_id(id_, 1), extension, extension=True)
        return replace(call, legs=(caller, rung), extension=extension, kept=1, other=0)
