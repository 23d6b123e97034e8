"""The orders of a turn run in parallel, with the same promises as in sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Barrier, Lock

import pytest

from switchboard.campaigns.dialling.board import Board
from switchboard.campaigns.dialling.people import People
from switchboard.campaigns.dialling.place import AT_ONCE, GiveOrders, PlaceClaimed, one_by_one, side_by_side
from switchboard.campaigns.dialling.settle import OrderAnswer, OrderResult, apply_order_result
from switchboard.campaigns.dialling.state import Dialler, DiallingState, Line, call_id, claim_step
from switchboard.errors import ProviderRefused, Refusal
from switchboard.kernel.campaign import Counters, Execution, Limits
from tests.fakes.dialling_store import MemoryAudiences, MemoryDialling
from tests.support.builders import NOON
from tests.support.campaigns import an_execution

GIVERS = [one_by_one, side_by_side]
EXECUTION = an_execution()


def a_line(channel: int) -> Line:
    call = call_id(EXECUTION.id, channel, 1, 0)
    deadline = NOON.replace(hour=NOON.hour + 1)
    steps = (claim_step(NOON),)
    return Line(channel, call, EXECUTION.id, channel, 0, f"7900{channel:07}", 1, NOON, deadline, steps=steps)


LINES = [a_line(channel) for channel in range(AT_ONCE)]


class Telephony:
    """Port CallPlacer: takes orders, refuses those of some channels, and breaks at others."""

    def __init__(self, refuses: Sequence[int] = (), breaks: Sequence[int] = (), together: int = 1) -> None:
        self.ordered: list[int] = []
        self._refuses, self._breaks = refuses, breaks
        self._together, self._lock = Barrier(together), Lock()

    def __call__(self, execution: Execution, line: Line) -> None:  # noqa: ARG002 - the shape of the port
        self._together.wait(timeout=30)
        with self._lock:
            self.ordered.append(line.channel)
        if line.channel in self._refuses:
            raise ProviderRefused("Too fast.", Refusal.TOO_FAST)
        if line.channel in self._breaks:
            raise ZeroDivisionError

    def repeatable(self, account: str) -> bool:  # noqa: ARG002 - the shape of the port
        return True


def placed(
    telephony: Telephony, how: GiveOrders, again: Sequence[Line] = (), *, over: bool = False
) -> list[OrderResult]:
    place = PlaceClaimed(telephony, lambda: NOON, lambda *_: None, how)
    claimed = [line for line in LINES if line not in again]
    return place({EXECUTION.id: EXECUTION}, claimed, again, lambda: over)


def test_as_many_orders_as_may_be_are_on_their_way_together() -> None:
    """None of them would come to an end without all the others."""
    outcomes = placed(Telephony(together=AT_ONCE), side_by_side)
    assert [outcome.line for outcome in outcomes] == LINES
    assert {outcome.answer for outcome in outcomes} == {OrderAnswer.PLACED}


@pytest.mark.parametrize("how", GIVERS)
def test_after_a_refusal_that_passes_no_order_is_begun(how: GiveOrders) -> None:
    """Orders in flight give their own results, and come before the refusals."""
    telephony = Telephony(refuses=range(AT_ONCE))
    outcomes = placed(telephony, how)
    refused = [outcome.line.channel for outcome in outcomes if outcome.answer is OrderAnswer.NOT_NOW]
    assert sorted(refused) == sorted(telephony.ordered)
    assert [outcome.answer for outcome in outcomes[-len(refused) :]] == [OrderAnswer.NOT_NOW] * len(refused)
    assert len(outcomes) == AT_ONCE


@pytest.mark.parametrize("how", GIVERS)
def test_what_one_order_comes_to_is_not_what_the_others_do(how: GiveOrders) -> None:
    """An order with an unexpected error has an unknown result."""
    answers = {one.line.channel: one.answer for one in placed(Telephony(breaks=[3]), how)}
    assert answers == {line.channel: OrderAnswer.UNKNOWN if line.channel == 3 else OrderAnswer.PLACED for line in LINES}


@pytest.mark.parametrize("how", GIVERS)
def test_what_time_is_over_for_is_withheld(how: GiveOrders) -> None:
    """Of calls that may have been placed before nothing is said."""
    telephony = Telephony()
    outcomes = placed(telephony, how, again=LINES[:4], over=True)
    assert telephony.ordered == []
    assert [(one.line, one.answer) for one in outcomes] == [(line, OrderAnswer.WITHHELD) for line in LINES[4:]]


def test_refusals_of_orders_that_were_on_their_way_together_are_one() -> None:
    """The account waits a second after them, not two for each."""
    counters = Counters(total=10, not_yet=10, calls=AT_ONCE, in_progress=AT_ONCE)
    execution = replace(EXECUTION, counters=counters)
    unplaced = tuple(line.channel for line in LINES)
    dialler = Dialler("acme", limits=Limits(AT_ONCE, AT_ONCE), unplaced=unplaced)
    state = DiallingState(dialler, {execution.id: execution}, {line.channel: line for line in LINES})
    board = Board(state, People(MemoryAudiences(), MemoryDialling()), NOON)
    for line in LINES:
        apply_order_result(board, OrderResult(line, OrderAnswer.NOT_NOW, NOON))
    assert board.dialler.back_off == 1
    assert board.lines == {}
