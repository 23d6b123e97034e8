from datetime import timedelta
from typing import Any

import pytest

from switchboard.kernel.call import CallEvent, Direction, Kind, Number
from switchboard.subscriptions.filters import matches_filters
from switchboard.subscriptions.model import Filters
from tests.support.builders import CALLEE, CALLER, NOON, an_event, an_event_of_no_call, applied
from tests.unit.builders import played


def told(kind: Kind, extension: str | None = None, **fields: Any) -> CallEvent:
    own = {"caller": None, "callee": None, "direction": None, **fields} if kind is not Kind.CALL_STARTED else fields
    number = Number(extension) if extension else None
    return an_event(f"{kind}-{extension}", kind=kind, extension=number, at=NOON + timedelta(seconds=1), **own)


START = told(Kind.CALL_STARTED)
STORY = [START, told(Kind.LEG_STARTED, "101"), told(Kind.CALL_ANSWERED, "102"), told(Kind.CALL_ENDED)]


def through(filters: Filters, *events: CallEvent) -> list[bool]:
    return [matches_filters(filters, done) for done in played(events)]


def test_without_filters_everything_goes_through() -> None:
    """Events of calls, and events of no call."""
    assert through(Filters(), *STORY) == [True] * 4
    assert through(Filters(), an_event_of_no_call()) == [True]


@pytest.mark.parametrize("direction", Direction)
def test_a_direction_is_the_calls(direction: Direction) -> None:
    """Most events of a call do not carry the direction."""
    assert through(Filters(direction), *STORY) == [direction is Direction.INCOMING] * 4


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        (("101",), [False, True, True, True]),
        (("102",), [False, False, True, True]),
        (("101", "102"), [False, True, True, True]),
        (("103",), [False] * 4),
    ],
)
def test_an_extension_is_heard_of_from_when_it_takes_part_to_the_end(
    extensions: tuple[str, ...], expected: list[bool]
) -> None:
    """Also after another extension has taken the call."""
    assert through(Filters(extensions=extensions), *STORY) == expected


@pytest.mark.parametrize("number", ["79161234567", "7916*", "7*"])
def test_a_number_is_that_of_the_other_party(number: str) -> None:
    """The caller of an incoming call, the callee of an outgoing call."""
    incoming, outgoing = START, told(Kind.CALL_STARTED, direction=Direction.OUTGOING, caller=CALLEE, callee=CALLER)
    assert through(Filters(numbers=(number,)), incoming, *STORY[1:]) == [True] * 4
    assert through(Filters(numbers=(number,)), outgoing) == [True]


@pytest.mark.parametrize("number", ["73433000100", "7343*", "7917*", "7916123456", "9161234567"])
def test_another_number_is_not(number: str) -> None:
    """The account's own number does not match, and neither does a part of a number."""
    assert through(Filters(numbers=(number,)), *STORY) == [False] * 4


def test_a_number_that_no_plan_knows_is_compared_as_it_came() -> None:
    """Filters may name local numbers."""
    local = told(Kind.CALL_STARTED, caller=Number("200311"))
    assert through(Filters(numbers=("200311",)), local) == through(Filters(numbers=("2003*",)), local) == [True]


def test_of_a_call_of_unknown_direction_either_side_counts() -> None:
    """Either number may be the other party's."""
    event = told(Kind.CALL_STARTED, direction=None)
    assert [matches_filters(Filters(numbers=(one,)), applied(event)) for one in ("7916*", "7343*", "7999*")] == [
        True,
        True,
        False,
    ]


def test_all_filters_hold_together() -> None:
    """One filter that does not match is enough to drop the event."""
    right = Filters(Direction.INCOMING, ("101",), ("7916*",))
    assert through(right, *STORY)[-1] is True
    for wrong in (Filters(Direction.OUTGOING, ("101",), ("7916*",)), Filters(Direction.INCOMING, ("101",), ("1*",))):
        assert through(wrong, *STORY)[-1] is False


def test_an_event_of_no_call_is_judged_by_itself() -> None:
    """A fact that the event lacks does not match."""
    message = an_event_of_no_call(kind=Kind.SMS_RECEIVED, caller=CALLER)
    found = [
        matches_filters(one, applied(message)) for one in (Filters(numbers=("7916*",)), Filters(Direction.INCOMING))
    ]
    assert found == [True, False]
