"""One turn of a simulated call: take the due steps, report them, and queue the next turn.

An originated call is reported by call events, a placed call only to its campaign.

A turn first takes its steps by a conditional write, then reports them. If the worker dies between, the message comes
again and the same events are sent with the same ids.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.calls.ports import EventQueue
from switchboard.errors import TryAgain
from switchboard.laps import SIMULATED_CALL, Stop, TellStop
from switchboard.telephony.model import Action
from switchboard.telephony.progress import ProgressListener
from switchboard.telephony.simulator.events import events_of
from switchboard.telephony.simulator.model import Advance, SimulatedCall
from switchboard.telephony.simulator.play import play, wait_for
from switchboard.telephony.simulator.ports import AdvanceQueue, SimulatedCalls
from switchboard.telephony.simulator.progress import progress_of

# A call is written after its first message is sent, by a function that runs at most this long.
COMING_FOR = timedelta(seconds=30)
SOON, LATER = 1.0, 10.0  # seconds until the next look for a call that is not yet stored
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class AdvanceSimulatedCall:
    """The use case behind the queue of simulated calls."""

    calls: SimulatedCalls
    queue: AdvanceQueue
    events: EventQueue
    placed: ProgressListener
    clock: Callable[[], datetime]
    report: Callable[[SimulatedCall], None]
    stopped: TellStop

    def __call__(self, advance: Advance, *, first_receipt: bool) -> None:
        """Continue a call. Raises TryAgain if the call is not yet stored."""
        call = self.calls.get(advance.account, advance.call_id)
        if call is None:
            self._wait_for_call(advance)
            return
        if call.done > advance.place and first_receipt:
            return  # another message took these steps and continues the call
        if call.done == advance.place and not call.ended:
            moved = self._take(call)
            if moved is None:
                return
            call = moved
        self._tell(call, advance.since)
        self.report(call)
        if not call.ended:
            self._go_on(advance, call)

    def _go_on(self, advance: Advance, call: SimulatedCall) -> None:
        """Have the next turn taken; a call whose steps never come stands still, until somebody hangs it up."""
        now, laps = self.clock(), advance.laps.after(str(call.done))
        if SIMULATED_CALL.ends(laps):
            self.stopped(Stop(SIMULATED_CALL.name, call.account, call.id, laps.idle))
        else:
            self.queue.send(Advance(call.account, call.id, call.done, call.done, now, laps), wait_for(call, now))

    def _tell(self, call: SimulatedCall, since: int) -> None:
        if call.action is Action.PLACE:
            for progress in progress_of(call, since):
                self.placed(progress)
            return
        for event in events_of(call, since):
            self.events.send(event)

    def _take(self, call: SimulatedCall) -> SimulatedCall | None:
        """Return the call with its due steps done; None if another worker has taken them."""
        place = call.done
        for _ in range(ATTEMPTS):
            after = play(call, self.clock())
            if after == call:
                return call
            kept = self.calls.change(call, after)
            if kept is not None:
                return kept
            found = self.calls.get(call.account, call.id)
            if found is None or found.done > place:
                return None
            call = found  # hung up or redirected meanwhile
        raise TryAgain("The call changes too fast.", SOON)

    def _wait_for_call(self, advance: Advance) -> None:
        """Raise TryAgain while the call may still be stored. A refused call has only the message."""
        age = self.clock() - advance.sent_at
        if advance.place == 0 and age < COMING_FOR:
            raise TryAgain("The call is not there yet.", SOON if age < timedelta(seconds=SOON * 2) else LATER)
