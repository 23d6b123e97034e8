"""A turn of the workflow of a handed-over execution: take steps of the hand-over, then mirror the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.accounts.ports import NEVER_SUSPENDED, Suspensions
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

SHORTEST, LONGEST = 5.0, 60.0  # seconds between two reads of the report
SLOWER = 10.0  # the wait between reads is the campaign's age divided by this
LONGEST_BACK_OFF = 300.0
MOST_COUNTED = 20  # failures; the wait is the longest before this count
BUSY = 5.0
HAND_OVER_WITHIN = timedelta(hours=4)  # a later warning warns nobody
OUT_OF_SIGHT = timedelta(days=30)
UNKNOWN_LOOKS = 8  # in a row, some ten minutes, before an execution counts as gone from the other system
PATIENCE = 45.0  # seconds after which a turn begins no further step


@dataclass(frozen=True, slots=True)
class PollCampaign:
    """The use case of the workflow. `report` receives errors.

    While the account is suspended, the other system is asked nothing.
    """

    store: DiallingStore
    hand_over: HandOver
    follow: Follow
    telephonies: Telephonies
    dial: Dial
    desk: ExecutionDesk
    clock: Callable[[], datetime]
    report: Callable[[Execution, Exception], None]
    suspensions: Suspensions = NEVER_SUSPENDED

    def __call__(self, account: str, id_: str, part: int) -> TurnResult:
        """Take a turn of this part. The work is done if a newer part drives the execution."""
        execution = self.store.load(account).executions.get(id_)
        if execution is None or execution.part > part or execution.phase is not Phase.HANDED_OVER:
            return DONE
        wait = LONGEST if self.suspensions.is_suspended(account) else self._turn(execution)
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
        """Take a turn; return the seconds until the next turn, None if the execution is over."""
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
            if not handover.theirs:
                raise GivenUpError(Reason.NOT_FOUND) from error
            return self._wait_out(execution, error)
        except (ProviderRefused, ProviderSilent, Sealed) as error:
            return self._wait_out(execution, error)
        except Refused as error:  # an address that is none any more
            if handover.theirs:
                return self._wait_out(execution, error)
            raise GivenUpError(Reason.REFUSED) from error

    def _advance(self, execution: Execution, handover: Handover) -> float | None:
        until = self.clock() + timedelta(seconds=PATIENCE)
        system = self.dial(self._telephony(handover))
        if not handover.theirs:
            self._check_time(handover)
            handover = self.hand_over(execution, handover, system, lambda: self.clock() < until)
            return SHORTEST if handover.theirs else 0.0
        if self.follow(execution, handover.theirs, system):
            return None
        if handover.failures:
            self.hand_over.keep(replace(handover, failures=0, failing_since=None, missed=0))
        age = (self.clock() - execution.started_at).total_seconds()
        return min(max(SHORTEST, age / SLOWER), LONGEST)

    def _handover(self, execution: Execution) -> Handover:
        """Return the stored hand-over; store a new one before the first step."""
        found = self.hand_over.handovers.get(execution.account, execution.id)
        if found is not None:
            return found
        chosen = self.telephonies.get(execution.account)
        if chosen is None or not PROVIDERS[chosen.provider].hands_over:
            raise GivenUpError(Reason.NOT_HANDED_OVER)
        # The hub puts its execution id last into the names that it hands over: this campaign has come back in a loop.
        if any(self.store.snapshot(execution.account, word) for word in execution.name.split()[-2:]):
            raise GivenUpError(Reason.LOOP)
        return self.hand_over.keep(Handover(execution.account, execution.id, chosen, self.clock()))

    def _telephony(self, handover: Handover) -> AccountTelephony:
        """Return the telephony of the hand-over, with the account's current token for the same system."""
        kept, chosen = handover.telephony, self.telephonies.get(handover.account)
        if chosen is None or chosen.provider != kept.provider:
            return kept
        return chosen if chosen.settings["base_url"] == kept.settings["base_url"] else kept

    def _check_time(self, handover: Handover) -> None:
        """Give up after HAND_OVER_WITHIN, unless the start may have succeeded."""
        suspended = self.suspensions.time_suspended(handover.account, handover.began_at)
        if self.clock() >= handover.began_at + HAND_OVER_WITHIN + suspended and not handover.may_have_started:
            raise GivenUpError(Reason.NOT_HANDED_OVER)

    def _wait_out(self, execution: Execution, error: Exception) -> float:
        """Count a passing failure; return the seconds to wait. Raises GivenUpError after OUT_OF_SIGHT."""
        self.report(execution, error)
        handover = self._handover(execution)  # the steps may have written a newer version
        now = self.clock()
        since = handover.failing_since or now
        if now >= since + OUT_OF_SIGHT:
            raise GivenUpError(Reason.OUT_OF_SIGHT)
        # The document shows a 500 for an unknown id, and a CATO may answer 500 in passing.
        missed = handover.missed + 1 if isinstance(error, NotFound) else 0
        if missed >= UNKNOWN_LOOKS:
            raise GivenUpError(Reason.NOT_FOUND)
        wait = min(SHORTEST * 2.0**handover.failures, LONGEST_BACK_OFF)
        failures = min(handover.failures + 1, MOST_COUNTED)
        if not handover.theirs:  # before the start, `missed` counts looks for the start
            missed = handover.missed
        self.hand_over.keep(replace(handover, failures=failures, failing_since=since, missed=missed))
        return wait
