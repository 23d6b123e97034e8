from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from switchboard.calls.legs import MOST, unanswered_rings
from switchboard.kernel.call import Call, CallEvent, Direction, Kind, Number
from tests.support.builders import NOON, an_event
from tests.unit.builders import folded

ONE, OTHER = "101", "102"


def at(second: int) -> datetime:
    return NOON + timedelta(seconds=second)


def told(kind: Kind, second: int, extension: str | None = None, **fields: Any) -> CallEvent:
    number = Number(extension) if extension else None
    return an_event(f"{kind}-{second}-{extension}", kind=kind, at=at(second), extension=number, **fields)


def rung(second: int, extension: str = ONE) -> CallEvent:
    return told(Kind.LEG_STARTED, second, extension)


def given_up(second: int, extension: str = ONE) -> CallEvent:
    return told(Kind.LEG_ENDED, second, extension)


def answered(second: int, extension: str | None = ONE) -> CallEvent:
    return told(Kind.CALL_ANSWERED, second, extension)


def ended(second: int) -> CallEvent:
    return told(Kind.CALL_ENDED, second)


def over(call: Call) -> dict[str, tuple[int, int | None]]:
    """Seconds at which each attempt began and ended."""
    return {
        key: (_second(attempt.rung_at), attempt.ended_at and _second(attempt.ended_at))
        for key, attempt in unanswered_rings(call).items()
    }


def _second(when: datetime) -> int:
    return round((when - NOON).total_seconds())


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([rung(1)], {ONE: (1, None)}),
        ([rung(1), given_up(5)], {ONE: (1, 5)}),
        ([rung(1), given_up(5), rung(7)], {ONE: (7, None)}),
        ([rung(1), rung(1, OTHER), answered(6)], {OTHER: (1, 6)}),
        ([rung(1), rung(1, OTHER), given_up(4, OTHER), answered(6)], {OTHER: (1, 4)}),
        ([rung(1), answered(6), ended(9)], {}),
        ([rung(1), rung(3, OTHER), ended(9)], {ONE: (1, 9), OTHER: (3, 9)}),
        ([rung(1), rung(1, OTHER), answered(6, None)], {ONE: (1, 6)}),
        ([answered(6), rung(8, OTHER)], {OTHER: (8, None)}),
        ([answered(6), rung(8, OTHER), answered(9, OTHER)], {}),
        ([answered(6), rung(8, OTHER), ended(12)], {OTHER: (8, 12)}),
        ([rung(1), answered(6), told(Kind.CALL_REDIRECTED, 8, OTHER), ended(12)], {}),
        ([told(Kind.CALL_REDIRECTED, 8, OTHER), ended(12)], {OTHER: (8, 12)}),
    ],
)
def test_whoever_was_rung_and_did_not_take_the_call_was_given_up(
    events: list[CallEvent], expected: dict[str, tuple[int, int | None]]
) -> None:
    """When it is told so, else when somebody else answered, else when the call ended."""
    assert over(folded(events)) == expected


def test_a_call_that_comes_in_for_an_extension_rings_it() -> None:
    """Some vendors name it with the start; one that goes out names who dials."""
    incoming = told(Kind.CALL_STARTED, 0, ONE)
    outgoing = told(Kind.CALL_STARTED, 0, ONE, direction=Direction.OUTGOING)
    assert over(folded([incoming])) == {ONE: (0, None)}
    assert over(folded([outgoing])) == {}
    assert set(folded([outgoing]).legs) == {ONE}


@pytest.mark.parametrize("end", [[], [ended(20)]], ids=["going on", "ended"])
def test_legs_do_not_depend_on_the_order_of_events(end: list[CallEvent]) -> None:
    """However they come."""
    events = [rung(1), rung(2, OTHER), given_up(5, OTHER), rung(7, OTHER), answered(9), *end]
    assert len({str(folded(order).legs) for order in permutations(events)}) == 1


def test_the_same_extension_written_in_two_ways_is_one_leg() -> None:
    """By the digits of its E.164."""
    numbers = [Number("89000001101", "+79000001101"), Number("79000001101", "+79000001101")]
    events = [an_event(str(place), kind=Kind.LEG_STARTED, extension=one) for place, one in enumerate(numbers)]
    for order in permutations(events):
        assert [leg.number for leg in folded(order).legs.values()] == [numbers[1]]


def test_a_call_of_endless_legs_keeps_as_many_as_its_row_holds() -> None:
    """The same ones whatever the order."""
    events = [rung(n, str(1000 + n)) for n in range(MOST + 20)]
    assert list(folded(events).legs) == list(folded(reversed(events)).legs) == [str(1000 + n) for n in range(MOST)]


def test_what_is_too_long_for_an_extension_is_no_leg() -> None:
    """Whatever a vendor writes there."""
    assert folded([rung(1, "1" * 65)]).legs == {}
