"""The limits of a call. The service has none for ringing and talking, so a message looks after each call.

A call is never without such a message until its end is told: an event that was lost costs a limit, not a channel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.errors import NotFound, ProviderRefused, ProviderSilent, TryAgain
from switchboard.telephony.chime.answer import ChimeNews
from switchboard.telephony.chime.fold import HANG_UP, hang_up, lose
from switchboard.telephony.chime.model import ChimeCall, ChimeCheck
from switchboard.telephony.chime.ports import ChimeCalls, ChimeChecks, ChimeService
from switchboard.telephony.chime.provider import GRACE

PATIENCE = timedelta(minutes=2)  # for the service to end a call, after a limit
LOOK_AGAIN = 30.0  # seconds
MOST_LOOKS = 200  # of one call, 15 minutes apart at most


@dataclass(frozen=True, slots=True)
class CheckChimeCall:
    """The use case behind the messages. A repeated message changes nothing that the first one has changed."""

    calls: ChimeCalls
    service: ChimeService
    checks: ChimeChecks
    news: ChimeNews
    clock: Callable[[], datetime]

    def __call__(self, check: ChimeCheck) -> None:
        """Look after a call. Raises TryAgain if the call changes at the same time."""
        call = self.calls.get(check.account, check.call_id)
        if call is None:
            return
        if call.ended_at:
            self._tell_again(call)
            return
        wait = (limit_of(call) - self.clock()).total_seconds()
        if wait <= 0:
            wait = self._end(call, check)
        if wait > 0:
            self.checks.send(replace(check, looks=check.looks + 1), wait)

    def _tell_again(self, call: ChimeCall) -> None:
        if call.untold:
            self.news.tell(None, call)
            self.calls.change(call, replace(call, untold=False))

    def _end(self, call: ChimeCall, check: ChimeCheck) -> float:
        """Have the service end the call, or end a call that the service no longer has. Return seconds to wait."""
        overdue = self.clock() - limit_of(call)
        if not call.transaction or overdue > PATIENCE or check.looks >= MOST_LOOKS or not self._hung_up(call):
            self._lost(call)
            return 0.0
        return LOOK_AGAIN

    def _hung_up(self, call: ChimeCall) -> bool:
        """Ask the service to end the call. Return False if the service has no such call."""
        if not call.hung_up:
            kept = self.calls.change(call, replace(hang_up(call), late=True))
            if kept is None:
                raise TryAgain("The call changes at the same time.", after=1.0)
        try:
            names = {"account": call.account, "call": call.id}
            self.service.update(call.transaction, {**names, "do": HANG_UP})
        except NotFound:
            return False
        except (ProviderRefused, ProviderSilent):
            return True  # a later look tries again
        return True

    def _lost(self, call: ChimeCall) -> None:
        found = self.calls.get(call.account, call.id)
        if found is None or found.ended_at:
            return
        kept = self.calls.change(found, replace(lose(found, self.clock()), untold=True))
        if kept is None:
            raise TryAgain("The call changes at the same time.", after=1.0)
        self._tell_again(kept)


def limit_of(call: ChimeCall) -> datetime:
    """Return when the call must have ended: the ringing's end, then the talk's; without a talk limit far away."""
    grace = timedelta(seconds=GRACE)
    if call.answered_at:
        return call.answered_at + timedelta(seconds=call.last_for) + grace
    first = call.legs[0].answered_at
    return (first or call.began_at) + timedelta(seconds=call.ring_for) + grace
