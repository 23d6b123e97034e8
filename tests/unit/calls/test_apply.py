from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from switchboard.calls.apply import LATEST_WINS, TIME_OF, TRUST, apply, first_sight
from switchboard.kernel.call import CallEvent, Direction, Disposition, Kind, Number, Outcome, State
from tests.support.builders import NOON, an_event
from tests.unit.builders import folded, played

ABOUT_THE_EVENT = {
    *("id", "account", "source", "dialect", "kind", "name", "call_id", "external_id", "reusable_ids"),
    *("at", "received_at", "raw", "clock", "hops", "command"),
}


def told(kind: Kind, id_: str, after: float = 0, **known: Any) -> CallEvent:
    """An event of this many seconds after noon, with nothing known but what is named."""
    nothing = {"direction": None, "caller": None, "callee": None}
    at = NOON + timedelta(seconds=after)
    return an_event(id_, **{**nothing, "kind": kind, "at": at, "received_at": at, **known})


def test_every_fact_has_its_rule() -> None:
    """Whatever an event can tell of a call has a place in the table of trust."""
    assert set(TRUST) == {field.name for field in fields(CallEvent)} - ABOUT_THE_EVENT
    assert set(TRUST) >= LATEST_WINS | set(TIME_OF.values())


def test_a_call_begins_with_its_first_event() -> None:
    """Nothing is known before it is applied."""
    call = first_sight(an_event())
    assert (call.state, call.version, dict(call.facts), call.id) == (State.NEW, 0, {}, "call-1")


def test_a_call_can_begin_under_another_id() -> None:
    """Where a vendor used the id again."""
    call, _ = apply(first_sight(an_event(), "call-2"), an_event())
    assert (call.id, call.external_id) == ("call-2", "call-1")


def test_each_event_counts() -> None:
    """The version is the number of events applied, those that change nothing else among them."""
    call = folded([told(Kind.CALL_ENDED, "e1"), told(Kind.UNKNOWN, "e2"), told(Kind.CALL_STARTED, "e3")])
    assert call.version == 3


def test_an_event_leaves_the_call_it_is_applied_to_as_it_was() -> None:
    """The fold makes a new call."""
    before = first_sight(an_event())
    apply(before, an_event())
    assert (before.version, dict(before.facts)) == (0, {})


def test_a_call_spans_its_events() -> None:
    """From the earliest to the latest, whatever order they came in."""
    call = folded([told(Kind.LEG_STARTED, "e1", 5), told(Kind.CALL_ENDED, "e2", 60), told(Kind.CALL_STARTED, "e3")])
    assert (call.first_at, call.last_at) == (NOON, NOON + timedelta(seconds=60))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Kind.CALL_STARTED, "started_at"),
        (Kind.CALL_ANSWERED, "answered_at"),
        (Kind.CALL_ENDED, "ended_at"),
        (Kind.CALL_MISSED, "ended_at"),
    ],
)
def test_an_event_s_own_time_tells_a_fact(kind: Kind, name: str) -> None:
    """When the call began, was answered, ended."""
    assert folded([told(kind, "e1", 7)]).known(name) == NOON + timedelta(seconds=7)


def test_a_start_is_believed_before_an_end() -> None:
    """An end that tells when the call began only makes up for a start that was lost."""
    end = told(Kind.CALL_ENDED, "e2", 60, started_at=NOON + timedelta(seconds=3))
    assert folded([end]).known("started_at") == NOON + timedelta(seconds=3)
    assert folded([end, told(Kind.CALL_STARTED, "e1")]).known("started_at") == NOON


def test_numbers_are_those_of_the_start() -> None:
    """A later event knows a caller only where the start named none."""
    later = told(Kind.CALL_ANSWERED, "e2", 5, caller=Number("200"))
    assert folded([told(Kind.CALL_STARTED, "e1"), later]).known("caller") == Number("200")
    assert folded([told(Kind.CALL_STARTED, "e1", caller=Number("100")), later]).known("caller") == Number("100")


def test_the_extension_is_the_last_one_that_talked() -> None:
    """Who took the call over comes after who took it, and both before who was rung."""
    story = [
        told(Kind.CALL_STARTED, "e1", extension=Number("100")),
        told(Kind.LEG_STARTED, "e2", 1, extension=Number("101")),
        told(Kind.LEG_STARTED, "e3", 2, extension=Number("102")),
        told(Kind.CALL_ANSWERED, "e4", 3, extension=Number("101")),
        told(Kind.CALL_REDIRECTED, "e5", 4, extension=Number("109")),
        told(Kind.LEG_ENDED, "e6", 5, extension=Number("102")),
    ]
    known = [done.call.known("extension").received for done in played(story) if done.call]
    assert known == ["100", "101", "102", "101", "109", "109"]


def test_an_end_is_believed_before_a_missed_call() -> None:
    """Two tellings of one end, in either order."""
    end = told(Kind.CALL_ENDED, "e1", 30, disposition=Disposition.BUSY)
    missed = told(Kind.CALL_MISSED, "e2", 31, disposition=Disposition.NO_ANSWER)
    for order in ([end, missed], [missed, end]):
        assert folded(order).known("disposition") is Disposition.BUSY


def test_a_later_end_corrects_an_earlier_one() -> None:
    """By the events' own times, not by their arrival."""
    first, second = told(Kind.CALL_ENDED, "e2", 30, duration=30), told(Kind.CALL_ENDED, "e1", 40, duration=40)
    for order in ([first, second], [second, first]):
        assert folded(order).duration == 40


def test_the_first_word_on_a_number_stands() -> None:
    """By the events' own times, not by their arrival."""
    first = told(Kind.CALL_STARTED, "e1", 0, caller=Number("100"))
    second = told(Kind.CALL_STARTED, "e2", 1, caller=Number("200"))
    for order in ([first, second], [second, first]):
        assert folded(order).known("caller") == Number("100")


def test_of_two_events_at_one_time_the_id_decides() -> None:
    """So that it is always the same one."""
    one, other = (told(Kind.CALL_STARTED, id_, caller=Number(id_)) for id_ in ("e1", "e2"))
    assert folded([one, other]).known("caller") == folded([other, one]).known("caller")


def test_direction_is_learned_from_any_event() -> None:
    """A leg tells it where the start was lost."""
    assert folded([told(Kind.LEG_STARTED, "e1", direction=Direction.OUTGOING)]).known("direction") == "outgoing"


@pytest.mark.parametrize(("after", "outcome"), [(4, Outcome.STALE), (5, Outcome.STALE), (6, Outcome.IMPOSSIBLE)])
def test_nothing_begins_after_the_end(after: float, outcome: Outcome) -> None:
    """Clocks may differ by some seconds; what comes later than that cannot have happened."""
    story = [told(Kind.CALL_ENDED, "e1", 0), told(Kind.CALL_ANSWERED, "e2", after)]
    assert played(story)[-1].outcome is outcome


def test_what_comes_late_is_added_to_what_is_known() -> None:
    """A start that comes after the end leaves the call ended, and tells who called."""
    story = played([told(Kind.CALL_ENDED, "e1", 60), told(Kind.CALL_STARTED, "e2", caller=Number("100"))])
    assert story[-1].outcome is Outcome.STALE
    assert story[-1].call
    assert (story[-1].call.state, story[-1].call.known("caller")) == (State.ENDED, Number("100"))


def test_the_end_of_the_calendar_is_a_time_like_another() -> None:
    """No reckoning with times goes over its edge."""
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    story = [told(Kind.CALL_ENDED, "e1", at=last), told(Kind.CALL_ANSWERED, "e2", at=NOON)]
    assert played(story)[-1].outcome is Outcome.STALE
