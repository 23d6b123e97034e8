"""Place claimed calls, and translate the telephony's answers into order results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from switchboard.campaigns.dialling.backoff import PASSING
from switchboard.campaigns.dialling.ports import CallPlacer
from switchboard.campaigns.dialling.settle import OrderAnswer, OrderResult, deadline_of
from switchboard.campaigns.dialling.state import Line
from switchboard.campaigns.dialling.success import condition_of
from switchboard.campaigns.dialling.windows import may_begin
from switchboard.errors import NotSupported, ProviderRefused, ProviderSilent, Refused
from switchboard.kernel.campaign import Execution
from switchboard.kernel.numbers import number_and_extension
from switchboard.telephony.model import AccountTelephony, PlaceCallRequest, PlayedAudio
from switchboard.telephony.ports import Telephonies, Telephony
from switchboard.telephony.registry import PROVIDERS

PLACED_WITHIN = timedelta(seconds=10)  # of the claim; a later call might outlast its deadline
AT_ONCE = 10  # orders in flight: as many connections as an AWS client keeps


class CallOrder(NamedTuple):
    """The order of a line's call. `again` means: an earlier worker may have given the same order."""

    execution: Execution
    line: Line
    again: bool


GiveOrder = Callable[[CallOrder], OrderResult | None]


class GiveOrders(Protocol):
    """Gives all orders, and returns their results in the same order. Raises an order's exception after the last."""

    def __call__(self, give: GiveOrder, orders: Sequence[CallOrder]) -> Sequence[OrderResult | None]: ...


def one_by_one(give: GiveOrder, orders: Sequence[CallOrder]) -> Sequence[OrderResult | None]:
    """Port GiveOrders: sequential."""
    return [give(order) for order in orders]


def side_by_side(give: GiveOrder, orders: Sequence[CallOrder]) -> Sequence[OrderResult | None]:
    """Port GiveOrders: AT_ONCE orders at a time, in threads."""
    if len(orders) <= 1:
        return one_by_one(give, orders)
    with ThreadPoolExecutor(min(AT_ONCE, len(orders))) as threads:
        return list(threads.map(give, orders))


@dataclass(frozen=True, slots=True)
class PlaceClaimed:
    """Places claimed calls. `report` receives unexpected errors, from several threads."""

    placer: CallPlacer
    clock: Callable[[], datetime]
    report: Callable[[Line, Exception], None]
    give_orders: GiveOrders = one_by_one

    def __call__(
        self,
        executions: Mapping[str, Execution],
        claimed: Sequence[Line],
        again: Sequence[Line],
        is_over: Callable[[], bool],
    ) -> list[OrderResult]:
        """Return the results. After a temporary refusal, or when time is over, further orders are withheld.

        `again` are lines whose calls may exist already: for these a withheld order gives no result. Temporary
        refusals come last, so that the back-off outlasts successes of the same batch.
        """
        orders = [CallOrder(executions[line.execution], line, again=True) for line in again]
        orders += [CallOrder(executions[line.execution], line, again=False) for line in claimed]
        found = self.give_orders(_OrderGiver(self, is_over), orders)
        results = [result for result in found if result is not None]
        return sorted(results, key=lambda result: result.answer is OrderAnswer.NOT_NOW)

    def may_order(self, order: CallOrder) -> bool:
        """Whether the call may begin now: the window is open, and the claim is at most PLACED_WITHIN old."""
        execution, now = order.execution, self.clock()
        is_late = deadline_of(execution, now) > order.line.deadline + PLACED_WITHIN
        return not is_late and may_begin(execution.settings.window, execution.timezone, now)

    def order(self, order: CallOrder) -> OrderResult:
        """Give an order, and return its result."""
        return replace(self._order(order.execution, order.line), again=order.again)

    def _order(self, execution: Execution, line: Line) -> OrderResult:
        answer, reason = OrderAnswer.PLACED, ""
        try:
            self.placer(execution, line)
        except ProviderRefused as refused:
            answer = OrderAnswer.NOT_NOW if refused.refusal in PASSING else OrderAnswer.REFUSED
            reason = refused.message
        except ProviderSilent:
            answer = OrderAnswer.UNKNOWN
        except Refused as refused:
            answer, reason = OrderAnswer.REFUSED, refused.message
        except Exception as error:  # noqa: BLE001 - one order's failure is not the others', and it may have been placed
            self.report(line, error)
            answer = OrderAnswer.UNKNOWN
        return OrderResult(line, answer, self.clock(), reason)


@dataclass(frozen=True, slots=True)
class _OrderGiver:
    """Gives the orders of one turn, from several threads. After a temporary refusal no further order is given."""

    place: PlaceClaimed
    is_over: Callable[[], bool]
    refused: list[Line] = field(default_factory=list)

    def __call__(self, order: CallOrder) -> OrderResult | None:
        if self.refused or self.is_over() or not self.place.may_order(order):
            return None if order.again else OrderResult(order.line, OrderAnswer.WITHHELD, self.place.clock())
        result = self.place.order(order)
        if result.answer is OrderAnswer.NOT_NOW:
            self.refused.append(order.line)
        return result


@dataclass(frozen=True, slots=True)
class PlaceByTelephony:
    """Port CallPlacer, by the telephony of each account."""

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
            number=number_and_extension(line.number)[0],
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
