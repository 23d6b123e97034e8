"""The legs of a call as a follower of its events sees them: in the order of arrival, each change once.

Legs are a fold over the set of events, so a late event may change their past. A follower cannot take a message back.
Therefore the call remembers the status that each leg was last told to have.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from switchboard.calls.legs import MOST, RINGS, key_of, talks, unanswered_rings
from switchboard.kernel.call import Call, CallEvent, Direction, Kind, Number, Outcome, State
from switchboard.kernel.numbers import digits_of

NOBODY = "0"  # the leg of an answer without a known extension
CALL = ""  # the key of the call itself
BEGUN, REPORTED = "begun", "reported"  # reported: as a whole, after the end
RINGING, TALKING, OVER = "ringing", "talking", "over"


def narrated(before: Call, call: Call, event: CallEvent, outcome: Outcome) -> Mapping[str, str]:
    """Return the status of the call and of its legs after an event.

    After the end and by a repeat, only the whole call may change: from unreported to reported.
    """
    status = REPORTED if call.state is State.ENDED else BEGUN
    told = {**before.told, **({CALL: status} if is_begun(call) else {})}
    if before.state is State.ENDED or outcome is Outcome.REPEATED:
        return told
    _ring(told, before, call, event)
    _answer(told, call, event)
    _end(told, call, event)
    return {key: told[key] for key in sorted(told)[: MOST + 2]}


def is_begun(call: Call) -> bool:
    """Whether the call can be reported: its start was received, or it is under way with a known client."""
    if any(fact.kind is Kind.CALL_STARTED for fact in call.facts.values()):
        return True
    sides = {Direction.INCOMING: ("caller",), None: ("caller", "callee")}.get(call.known("direction"), ("callee",))
    return call.state is not State.NEW and any(call.known(side) for side in sides)


def _ring(told: dict[str, str], before: Call, call: Call, event: CallEvent) -> None:
    """Note a leg that starts ringing. A leg that is over rings again only after its end."""
    key = key_of(event)
    leg = call.legs.get(key)
    rings = event.kind in RINGS or (event.kind is Kind.CALL_STARTED and event.direction is Direction.INCOMING)
    if not rings or leg is None or told.get(key) in (RINGING, TALKING):
        return
    if told.get(key) is None or event.at > _over_since(key, before, event):
        told[key] = RINGING


def _over_since(key: str, before: Call, event: CallEvent) -> datetime:
    ring, talk, leg = unanswered_rings(before).get(key), talks(before).get(key), before.legs.get(key)
    ends = [one.ended_at for one in (ring, talk, leg) if one and one.ended_at]
    return max(ends, default=event.at)


def _answer(told: dict[str, str], call: Call, event: CallEvent) -> None:
    """Note the leg that answers. A hand-over ends the legs that talked before."""
    takes_over = event.kind is Kind.CALL_REDIRECTED and call.answered
    if event.kind is not Kind.CALL_ANSWERED and not takes_over:
        return
    extension: Number | None = call.known("extension")
    key = key_of(event) or (digits_of(extension) if extension else NOBODY)
    if told.get(key) == TALKING:
        return
    later = [talk for other, talk in talks(call).items() if other != key and told.get(other) == TALKING]
    if any(talk.began_at > event.at for talk in later):  # this answer came late: the call has moved on
        told[key] = OVER
        return
    told.update({other: OVER for other, status in told.items() if status == TALKING})
    told[key] = TALKING


def _end(told: dict[str, str], call: Call, event: CallEvent) -> None:
    """Note the legs that stop ringing or talking."""
    for key, ring in unanswered_rings(call).items():
        if told.get(key) == RINGING and ring.ended_at:
            told[key] = OVER
    key = key_of(event)
    leg = call.legs.get(key)
    if event.kind is Kind.LEG_ENDED and leg and not (leg.rung_at and leg.rung_at > event.at):
        told[key] = OVER
    if call.state is State.ENDED:
        told.update({key: OVER for key, status in told.items() if key != CALL and status != OVER})
