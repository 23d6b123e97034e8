"""Any order, any repetition, any loss: the same set of events is the same call."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.calls.apply import apply
from switchboard.dialects.registry import readers
from switchboard.kernel.call import Call, CallEvent, State
from tests.unit.builders import as_vpbx, folded, played
from tests.unit.dialects.strategies import FEW, calls

RANK = list(State).index
TOLD = ("answered", "duration", "talk_duration", "wait_duration")


def as_known(call: Call) -> tuple[object, ...]:
    """Everything that is known of a call."""
    return call, *(getattr(call, name) for name in TOLD)


def shuffled(events: list[CallEvent], chance: random.Random) -> list[CallEvent]:
    """In another order, and some of them again."""
    mixed = events + chance.choices(events, k=chance.randint(0, len(events)))
    chance.shuffle(mixed)
    return mixed


@pytest.mark.parametrize("dialect", readers())
@given(data=st.data())
@FEW
def test_the_same_events_are_the_same_call(dialect: str, data: st.DataObject) -> None:
    """State, facts, durations and times do not depend on the order, nor on repeats."""
    events = data.draw(calls(dialect))
    mixed = shuffled(events, data.draw(st.randoms(use_true_random=False)))
    assert as_known(folded(mixed)) == as_known(folded(events))


@pytest.mark.parametrize("dialect", readers())
@given(data=st.data())
@FEW
def test_a_call_never_moves_backwards(dialect: str, data: st.DataObject) -> None:
    """Whatever is lost or late, the state only goes on."""
    events = data.draw(calls(dialect))
    ranks = [RANK(done.call.state) for done in played(events) if done.call]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("dialect", readers())
@given(data=st.data())
@FEW
def test_an_event_applied_again_changes_nothing_that_is_known(dialect: str, data: st.DataObject) -> None:
    """Even where the log of the call would fail to notice the repeat."""
    events = data.draw(calls(dialect))
    call = folded(events)
    again, _ = apply(call, data.draw(st.sampled_from(events)))
    assert (again.state, again.facts, again.first_at, again.last_at) == (
        call.state,
        call.facts,
        call.first_at,
        call.last_at,
    )


@pytest.mark.parametrize("dialect", readers())
@given(data=st.data())
@FEW
def test_durations_add_up(dialect: str, data: st.DataObject) -> None:
    """None is negative, and what was not told does not contradict what was."""
    call = folded(data.draw(calls(dialect)))
    assert all(seconds is None or seconds >= 0 for seconds in (call.duration, call.talk_duration, call.wait_duration))
    told = [name for name in TOLD if call.known(name) is not None]
    if not told and None not in (call.duration, call.talk_duration, call.wait_duration):
        assert call.duration == (call.talk_duration or 0) + (call.wait_duration or 0)


@pytest.mark.parametrize("dialect", readers())
@given(data=st.data())
@FEW
def test_whatever_happened_can_be_told(dialect: str, data: st.DataObject) -> None:
    """Every event of any call is rendered, or has no word."""
    for done in played(data.draw(calls(dialect))):
        rendered = as_vpbx(done)
        assert rendered is None or rendered.body


@given(st.lists(st.sampled_from(["vpbx", "callevents", "sprecord"]), min_size=1, max_size=3), st.data())
@FEW
def test_what_several_dialects_tell_is_one_call_too(dialects: list[str], data: st.DataObject) -> None:
    """The fold does not care who told an event: facts and state depend on the set alone."""
    events = [event for dialect in dialects for event in data.draw(calls(dialect))]
    events = list({event.id: event for event in events}.values())
    mixed = shuffled(events, data.draw(st.randoms(use_true_random=False)))
    one, other = folded(events), folded(mixed)
    assert (one.state, one.facts, one.first_at, one.last_at) == (
        other.state,
        other.facts,
        other.first_at,
        other.last_at,
    )
