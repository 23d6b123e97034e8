"""The turn of the workflow of an execution that another system calls: hand it over, then look how far it is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.campaigns.dialling.desk import ExecutionDesk
from switchboard.campaigns.dialling.ports import DiallingStore
from switchboard.campaigns.handover.follow import Follow
from switchboard.campaigns.handover.hand_over import HandOver
from switchboard.campaigns.handover.model import GivenUpError, Handover, NotYetError, OvertakenError, Reason
from switchboard.campaigns.handover.ports import Dial
from switchboard.errors import NotFound, ProviderRefused, ProviderSilent, Refused, Sealed
from switchboard.kernel.campaign import Execution, Phase
from switchboard.telephony.model import AccountTelephony
from switchboard.telephony.ports import Telephonies
from switchboard.telephony.registry import PROVIDERS
from switchboard.turns import DONE, TurnResult

SHORTEST, LONGEST = 5.0, 60.0  # seconds between two looks
SLOWER = 10.0  # a campaign is looked at so many times in the time that it has taken
LONGEST_BACK_OFF = 300.0
MOST_COUNTED = 20  # failures, after which the wait is the longest anyway
BUSY = 5.0
HAND_OVER_WITHIN = timedelta(hours=4)  # a warning that comes later is none
OUT_OF_SIGHT = timedelta(days=30)
PATIENCE = 45.0  # seconds after which a turn begins no further step


@dataclass(frozen=True, slots=True)
class PollCampaign:
    """The use case. `report` hears of what went wrong."""

    store: DiallingStore
    hand_over: HandOver
    follow: Follow
    telephonies: Telephonies
    dial: Dial
    desk: ExecutionDesk
    clock: Callable[[], datetime]
    report: Callable[[Execution, Exception], None]

    def __call__(self, account: str, id_: str, part: int) -> TurnResult:
        """Take a turn of this part. The work is done if a newer part drives the execution."""
        execution = self.store.load(account).executions.get(id_)
        if execution is None or execution.part > part or execution.phase is not Phase.HANDED_OVER:
            return DONE
        wait = self._turn(execution)
        if wait is None:
            return DONE
        self.store.watch(account, id_, self.clock() + timedelta(seconds=wait))
        return TurnResult(done=False, wait=wait)

    def hand_on(self, account: str, id_: str, part: int, wait: float) -> None:
        """Have a newer part drive the execution, its first turn after `wait` seconds."""
        execution = self.store.load(account).executions.get(id_)
        if execution is not None:
            self.desk.hand_on(execution, part, wait)

    def _turn(self, execution: Execution) -> float | None:
        """Seconds until the next one; None where it is over."""
        try:
            return self._driven(execution)
        except OvertakenError:
            return BUSY

    def _driven(self, execution: Execution) -> float | None:
        try:
            return self._go_on(execution, self._handover(execution))
        except GivenUpError as gave_up:
            self.report(execution, gave_up)
            self.follow.fail(execution, gave_up.reason)
            return None

    def _go_on(self, execution: Execution, handover: Handover) -> float | None:
        try:
            return self._advance(execution, handover)
        except NotYetError as not_yet:
            return not_yet.after
        except NotFound as error:
            raise GivenUpError(Reason.NOT_FOUND) from error
        except (ProviderRefused, ProviderSilent, Sealed) as error:
            return self._wait_out(execution, error)
        except Refused as error:  # an address that is none any more
            if handover.theirs:
                return self._wait_out(execution, error)
            raise GivenUpError(Reason.REFUSED) from error

    def _advance(self, execution: Execution, handover: Handover) -> float | None:
        until = self.clock() + timedelta(seconds=PATIENCE)
        cato = self.dial(self._telephony(handover))
        if not handover.theirs:
            self._check_time(handover)
            handover = self.hand_over(execution, handover, cato, lambda: self.clock() < until)
            return SHORTEST if handover.theirs else 0.0
        if self.follow(execution, handover.theirs, cato):
            return None
        if handover.failures:
            self.hand_over.keep(replace(handover, failures=0, failing_since=None))
        age = (self.clock() - execution.started_at).total_seconds()
        return min(max(SHORTEST, age / SLOWER), LONGEST)

    def _handover(self, execution: Execution) -> Handover:
        """How far it is; a new one where nothing was done yet."""
        found = self.hand_over.handovers.get(execution.account, execution.id)
        if found is not None:
            return found
        chosen = self.telephonies.get(execution.account)
        if chosen is None or not PROVIDERS[chosen.provider].hands_over:
            raise GivenUpError(Reason.NOT_HANDED_OVER)
        # What we hand over has our id for the last word of its name: here it has come back to the account itself.
        if any(self.store.snapshot(execution.account, word) for word in execution.name.split()[-2:]):
            raise GivenUpError(Reason.LOOP)
        return self.hand_over.keep(Handover(execution.account, execution.id, chosen, self.clock()))

    def _telephony(self, handover: Handover) -> AccountTelephony:
        """As it was when the campaign was started; of the same system, with the token that is shown there now."""
        kept, chosen = handover.telephony, self.telephonies.get(handover.account)
        if chosen is None or chosen.provider != kept.provider:
            return kept
        return chosen if chosen.settings["base_url"] == kept.settings["base_url"] else kept

    def _check_time(self, handover: Handover) -> None:
        """A start that may have come is followed up whatever the time."""
        if self.clock() >= handover.began_at + HAND_OVER_WITHIN and not handover.may_have_started:
            raise GivenUpError(Reason.NOT_HANDED_OVER)

    def _wait_out(self, execution: Execution, error: Exception) -> float:
        """The other system is out of order: how long to wait; GivenUpError once that has lasted too long."""
        self.report(execution, error)
        handover = self._handover(execution)  # as the steps have left it
        now = self.clock()
        since = handover.failing_since or now
        if now >= since + OUT_OF_SIGHT:
            raise GivenUpError(Reason.OUT_OF_SIGHT)
        wait = min(SHORTEST * 2.0**handover.failures, LONGEST_BACK_OFF)
        self.hand_over.keep(replace(handover, failures=min(handover.failures + 1, MOST_COUNTED), failing_since=since))
        return wait
