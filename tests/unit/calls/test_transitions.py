import pytest

from switchboard.calls.transitions import EXPECTED_LATE, REACHES, TRANSITIONS
from switchboard.kernel.call import Kind, Outcome, State

RANK = list(State).index
PAIRS = [(state, kind) for state in State for kind in Kind]
OF_THE_HUB = {kind for kind in Kind if kind.value.startswith(("command.", "recording.", "campaign.", "subscriber."))}
NO_PART_OF_A_CALL = {Kind.CALLBACK, Kind.CUSTOM, Kind.UNKNOWN, Kind.SMS_RECEIVED, Kind.DEVICE_STARTED, *OF_THE_HUB}


def id_of(value: State | Kind) -> str:
    return value.value


def test_the_table_is_complete() -> None:
    """Every kind of event has its line for every state, and there are no others."""
    assert set(TRANSITIONS) == set(PAIRS)


def test_every_kind_that_is_part_of_a_call_moves_it() -> None:
    """A new kind must say how far it proves a call has come, or that it says nothing."""
    assert set(REACHES) == set(Kind) - NO_PART_OF_A_CALL


@pytest.mark.parametrize(("state", "kind"), PAIRS, ids=id_of)
def test_no_event_moves_a_call_backwards(state: State, kind: Kind) -> None:
    """The new state is the old one, or one further on."""
    assert RANK(TRANSITIONS[state, kind][0]) >= RANK(state)


@pytest.mark.parametrize(("state", "kind"), PAIRS, ids=id_of)
def test_a_call_advances_exactly_where_its_state_changes(state: State, kind: Kind) -> None:
    """`advanced` is what subscribers are told by."""
    after, outcome = TRANSITIONS[state, kind]
    assert (outcome is Outcome.ADVANCED) == (after is not state)


@pytest.mark.parametrize(("state", "kind"), PAIRS, ids=id_of)
def test_an_event_that_the_call_has_left_behind_is_stale(state: State, kind: Kind) -> None:
    """But for those that come late as a matter of course, and those that say nothing of the state."""
    behind = kind in REACHES and RANK(REACHES[kind]) < RANK(state)
    assert (TRANSITIONS[state, kind][1] is Outcome.STALE) == (behind and (state, kind) not in EXPECTED_LATE)


@pytest.mark.parametrize(("first", "second"), [(a, b) for a in Kind for b in Kind], ids=id_of)
def test_two_events_end_in_the_same_state_in_either_order(first: Kind, second: Kind) -> None:
    """The state is the furthest that any event proves."""

    def after(*kinds: Kind) -> State:
        state = State.NEW
        for kind in kinds:
            state = TRANSITIONS[state, kind][0]
        return state

    assert after(first, second) is after(second, first)


@pytest.mark.parametrize(
    ("kinds", "states"),
    [
        (
            [Kind.CALL_STARTED, Kind.LEG_STARTED, Kind.CALL_ANSWERED, Kind.CALL_ENDED],
            [State.RINGING, State.RINGING, State.TALKING, State.ENDED],
        ),
        ([Kind.CALL_STARTED, Kind.CALL_MISSED], [State.RINGING, State.ENDED]),
        (
            [Kind.CALL_STARTED, Kind.VOICEMAIL_STARTED, Kind.CALL_ENDED, Kind.VOICEMAIL_LEFT],
            [State.RINGING, State.VOICEMAIL, State.ENDED, State.ENDED],
        ),
        ([Kind.CALLBACK, Kind.CALL_STARTED], [State.NEW, State.RINGING]),
        ([Kind.CALL_ENDED, Kind.CALL_ANSWERED, Kind.CALL_STARTED], [State.ENDED] * 3),
    ],
)
def test_calls_go_the_way_that_they_are_told(kinds: list[Kind], states: list[State]) -> None:
    """The usual stories, and one told backwards."""
    state, seen = State.NEW, []
    for kind in kinds:
        state = TRANSITIONS[state, kind][0]
        seen.append(state)
    assert seen == states
