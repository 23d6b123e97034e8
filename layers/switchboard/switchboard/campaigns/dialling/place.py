"""Calls that were claimed are placed: each order's answer, in words that dialling acts on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.campaigns.dialling.backoff import PASSING
from switchboard.campaigns.dialling.ports import Dials
from switchboard.campaigns.dialling.settle import Answer, Outcome, deadline_of
from switchboard.campaigns.dialling.state import Line
from switchboard.campaigns.dialling.success import condition_of
from switchboard.campaigns.dialling.windows import may_begin
from switchboard.campaigns.model import Execution
from switchboard.errors import NotSupported, ProviderRefused, ProviderSilent, Refused
from switchboard.telephony.model import AccountTelephony, PlaceCallRequest, PlayedAudio
from switchboard.telephony.ports import Telephonies, Telephony
from switchboard.telephony.registry import PROVIDERS

PLACED_WITHIN = timedelta(seconds=10)  # of the claim: later its deadline might come while the call lasts


@dataclass(frozen=True, slots=True)
class PlaceClaimed:
    """Has calls placed, one after the other; `report` hears of errors that nobody foresaw."""

    dials: Dials
    clock: Callable[[], datetime]
    report: Callable[[Line, Exception], None]

    def __call__(
        self,
        executions: Mapping[str, Execution],
        claimed: Sequence[Line],
        again: Sequence[Line],
        is_over: Callable[[], bool],
    ) -> list[Outcome]:
        """What became of each. Once the telephony takes no more, or time is over, the rest is withheld.

        `again` are lines whose calls may have been placed before: of these nothing is said to be withheld.
        """
        outcomes: list[Outcome] = []
        for line in again:
            execution = executions[line.execution]
            if self._may_order(execution, line, outcomes, is_over):
                outcomes.append(replace(self._order(execution, line), again=True))
        for line in claimed:
            execution = executions[line.execution]
            if self._may_order(execution, line, outcomes, is_over):
                outcomes.append(self._order(execution, line))
            else:
                outcomes.append(Outcome(line, Answer.WITHHELD, self.clock()))
        return outcomes

    def _may_order(
        self, execution: Execution, line: Line, outcomes: Sequence[Outcome], is_over: Callable[[], bool]
    ) -> bool:
        """Whether the telephony takes calls, there is time, and the call may begin: also so long after its claim."""
        if _refused(outcomes) or is_over():
            return False
        now = self.clock()
        is_late = deadline_of(execution, now) > line.deadline + PLACED_WITHIN
        return not is_late and may_begin(execution.settings.window, execution.timezone, now)

    def _order(self, execution: Execution, line: Line) -> Outcome:
        answer, reason = Answer.PLACED, ""
        try:
            self.dials(execution, line)
        except ProviderRefused as refused:
            answer = Answer.NOT_NOW if refused.refusal in PASSING else Answer.REFUSED
            reason = refused.message
        except ProviderSilent:
            answer = Answer.UNKNOWN
        except Refused as refused:
            answer, reason = Answer.REFUSED, refused.message
        except Exception as error:  # noqa: BLE001 - one order's failure is not the others', and it may have been placed
            self.report(line, error)
            answer = Answer.UNKNOWN
        return Outcome(line, answer, self.clock(), reason)


def _refused(outcomes: Sequence[Outcome]) -> bool:
    return any(outcome.answer is Answer.NOT_NOW for outcome in outcomes)


@dataclass(frozen=True, slots=True)
class DialByTelephony:
    """Port Dials, by the telephony that each account chose."""

    telephonies: Telephonies
    telephony_of: Callable[[AccountTelephony], Telephony]

    def __call__(self, execution: Execution, line: Line) -> None:
        """Order the call; NotSupported where the account has no telephony."""
        chosen = self.telephonies.get(execution.account)
        if chosen is None or not PROVIDERS[chosen.provider].places:
            raise NotSupported("The account has no telephony that plays messages.")
        settings = execution.settings
        order = PlaceCallRequest(
            command=line.call,
            account=execution.account,
            number=line.number,
            audio=tuple(PlayedAudio(clip.key, clip.seconds) for clip in execution.clips),
            success=condition_of(settings),
            ring_for=settings.max_answer_delay,
            last_for=settings.max_call_duration,
        )
        self.telephony_of(chosen).place(order)

    def repeatable(self, account: str) -> bool:
        """As the account's provider has it."""
        chosen = self.telephonies.get(account)
        return chosen is not None and PROVIDERS[chosen.provider].repeatable
