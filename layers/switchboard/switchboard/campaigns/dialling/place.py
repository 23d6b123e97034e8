"""Place claimed calls, and translate the telephony's answers into order results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from switchboard.campaigns.dialling.backoff import PASSING
from switchboard.campaigns.dialling.ports import Dials
from switchboard.campaigns.dialling.settle import Answer, Outcome, deadline_of
from switchboard.campaigns.dialling.state import Line
from switchboard.campaigns.dialling.success import condition_of
from switchboard.campaigns.dialling.windows import may_begin
from switchboard.errors import NotSupported, ProviderRefused, ProviderSilent, Refused
from switchboard.kernel.campaign import Execution
from switchboard.telephony.model import AccountTelephony, PlaceCallRequest, PlayedAudio
from switchboard.telephony.ports import Telephonies, Telephony
from switchboard.telephony.registry import PROVIDERS

PLACED_WITHIN = timedelta(seconds=10)  # of the claim; a later call might outlast its deadline
AT_ONCE = 10  # orders in flight: as many connections as an AWS client keeps


class Order(NamedTuple):
    """The order of a line's call. `again` means: an earlier worker may have given the same order."""

    execution: Execution
    line: Line
    again: bool


Give = Callable[[Order], Outcome | None]


class GiveOrders(Protocol):
    """Gives all orders, and returns their results in the same order. Raises an order's exception after the last."""

    def __call__(self, give: Give, orders: Sequence[Order]) -> Sequence[Outcome | None]: ...


def one_by_one(give: Give, orders: Sequence[Order]) -> Sequence[Outcome | None]:
    """Port GiveOrders: sequential."""
    return [give(order) for order in orders]


def side_by_side(give: Give, orders: Sequence[Order]) -> Sequence[Outcome | None]:
    """Port GiveOrders: AT_ONCE orders at a time, in threads."""
    if len(orders) <= 1:
        return one_by_one(give, orders)
    with ThreadPoolExecutor(min(AT_ONCE, len(orders))) as threads:
        return list(threads.map(give, orders))


@dataclass(frozen=True, slots=True)
class PlaceClaimed:
    """Places claimed calls. `report` receives unexpected errors, from several threads."""

    dials: Dials
    clock: Callable[[], datetime]
    report: Callable[[Line, Exception], None]
    give_orders: GiveOrders = one_by_one

    def __call__(
        self,
        executions: Mapping[str, Execution],
        claimed: Sequence[Line],
        again: Sequence[Line],
        is_over: Callable[[], bool],
    ) -> list[Outcome]:
        """Return the results. After a temporary refusal, or when time is over, further orders are withheld.

        `again` are lines whose calls may exist already: for these a withheld order gives no result. Temporary
        refusals come last, so that the back-off outlasts successes of the same batch.
        """
        orders = [Order(executions[line.execution], line, again=True) for line in again]
        orders += [Order(executions[line.execution], line, again=False) for line in claimed]
        found = self.give_orders(_Giver(self, is_over), orders)
        outcomes = [outcome for outcome in found if outcome is not None]
        return sorted(outcomes, key=lambda outcome: outcome.answer is Answer.NOT_NOW)

    def may_order(self, order: Order) -> bool:
        """Whether the call may begin now: the window is open, and the claim is at most PLACED_WITHIN old."""
        execution, now = order.execution, self.clock()
        is_late = deadline_of(execution, now) > order.line.deadline + PLACED_WITHIN
        return not is_late and may_begin(execution.settings.window, execution.timezone, now)

    def order(self, order: Order) -> Outcome:
        """Give an order, and return its result."""
        return replace(self._order(order.execution, order.line), again=order.again)

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


@dataclass(frozen=True, slots=True)
class _Giver:
    """Gives the orders of one turn, from several threads. After a temporary refusal no further order is given."""

    place: PlaceClaimed
    is_over: Callable[[], bool]
    refused: list[Line] = field(default_factory=list)

    def __call__(self, order: Order) -> Outcome | None:
        if self.refused or self.is_over() or not self.place.may_order(order):
            return None if order.again else Outcome(order.line, Answer.WITHHELD, self.place.clock())
        outcome = self.place.order(order)
        if outcome.answer is Answer.NOT_NOW:
            self.refused.append(order.line)
        return outcome


@dataclass(frozen=True, slots=True)
class DialByTelephony:
    """Port Dials, by the telephony of each account."""

    telephonies: Telephonies
    telephony_of: Callable[[AccountTelephony], Telephony]

    def __call__(self, execution: Execution, line: Line) -> None:
        """Order the call. Raises NotSupported if the account has no telephony that plays messages."""
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
        """Whether the account's provider honours the command as idempotency key."""
        chosen = self.telephonies.get(account)
        return chosen is not None and PROVIDERS[chosen.provider].repeatable
