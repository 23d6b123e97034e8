"""Call state as a table: (state, kind of event) -> state and outcome.

A call only moves forward: `REACHES` says how far a kind of event proves the call has come, and `TRANSITIONS`
is the whole table made from it, so that any order of the same events ends in the same state.
"""

from __future__ import annotations

from switchboard.kernel.call import Kind, Outcome, State

ORDER = tuple(State)

REACHES: dict[Kind, State] = {
    Kind.CALL_STARTED: State.RINGING,
    Kind.LEG_STARTED: State.RINGING,
    Kind.LEG_ENDED: State.RINGING,
    Kind.CALL_REDIRECTED: State.RINGING,
    Kind.VOICEMAIL_STARTED: State.VOICEMAIL,
    Kind.VOICEMAIL_ENDED: State.VOICEMAIL,
    Kind.VOICEMAIL_LEFT: State.VOICEMAIL,
    Kind.CALL_ANSWERED: State.TALKING,
    Kind.DIGIT_PRESSED: State.TALKING,
    Kind.PLAYBACK_ENDED: State.TALKING,
    Kind.CALL_ENDED: State.ENDED,
    Kind.CALL_MISSED: State.ENDED,
}

# These come as a matter of course when the call is further on: a leg that is given up while another talks,
# a message that is ready when everybody has hung up, the summary that follows the end.
EXPECTED_LATE: frozenset[tuple[State, Kind]] = frozenset(
    {
        (State.VOICEMAIL, Kind.LEG_ENDED),
        (State.TALKING, Kind.LEG_ENDED),
        (State.TALKING, Kind.LEG_STARTED),
        (State.TALKING, Kind.CALL_REDIRECTED),
        (State.ENDED, Kind.LEG_ENDED),
        (State.ENDED, Kind.VOICEMAIL_STARTED),
        (State.ENDED, Kind.VOICEMAIL_ENDED),
        (State.ENDED, Kind.VOICEMAIL_LEFT),
        (State.ENDED, Kind.DIGIT_PRESSED),
        (State.ENDED, Kind.PLAYBACK_ENDED),
    }
)


def _transition(state: State, kind: Kind) -> tuple[State, Outcome]:
    reached = REACHES.get(kind, state)
    if ORDER.index(reached) > ORDER.index(state):
        return reached, Outcome.ADVANCED
    if reached is state or (state, kind) in EXPECTED_LATE:
        return state, Outcome.NOTED
    return state, Outcome.STALE


TRANSITIONS: dict[tuple[State, Kind], tuple[State, Outcome]] = {
    (state, kind): _transition(state, kind) for state in State for kind in Kind
}
