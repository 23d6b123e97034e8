"""The state machine of calls as a table: (state, kind of event) -> state and outcome.

`REACHES` gives the state that a kind of event proves. `TRANSITIONS` is the whole table, made from `REACHES`. A call
only moves forward, so any order of the same events ends in the same state.
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

# Kinds that normally arrive after the call has moved on: the end of a leg while another leg talks, or a voicemail
# that is ready after the end.
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
