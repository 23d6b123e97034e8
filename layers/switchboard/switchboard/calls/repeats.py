"""Repeats: an event that reports in other words a transition that the call has already made.

The event's id finds a repeat of the same bytes. The rules here find a repeat with other bytes: with one field more, a
second later, or with an integer for a string.
"""

from __future__ import annotations

from datetime import timedelta

from switchboard.calls.legs import Talk, key_of, talks, unanswered_rings
from switchboard.kernel.call import Call, CallEvent, Kind
from switchboard.kernel.news import HUB

# A repeat of an answer or of a ring carries a time within these seconds of the first report.
SAME_MOMENT = timedelta(seconds=5)
MOST_SEEN = 300  # for the size of the call's row

ONCE = frozenset(
    {Kind.CALL_ENDED, Kind.CALL_MISSED} | {Kind.VOICEMAIL_STARTED, Kind.VOICEMAIL_ENDED, Kind.VOICEMAIL_LEFT}
)
TAKES = frozenset({Kind.CALL_ANSWERED, Kind.CALL_REDIRECTED})
OF_LEGS = TAKES | {Kind.LEG_STARTED, Kind.LEG_ENDED}


def seen_with(call: Call, event: CallEvent) -> tuple[str, ...]:
    """Return the transitions reported of a call after one more event."""
    name = _transition(event)
    return call.seen if not name or name in call.seen else tuple(sorted({*call.seen, name})[:MOST_SEEN])


def repeats(call: Call, event: CallEvent) -> bool:
    """Whether the call has already made the transition that the event reports. The hub's own news never repeat."""
    if event.dialect == HUB:
        return False
    name = _transition(event)
    if event.kind in TAKES:
        return _is_same_answer(call, event)
    if name not in call.seen:
        return False
    if event.kind is Kind.LEG_STARTED:
        return not _rings_again(call, event)
    return event.kind is not Kind.LEG_ENDED or not _rang_since_end(call, event)


def _transition(event: CallEvent) -> str:
    """Return the name of the transition; empty for events that may happen any number of times."""
    if event.kind is Kind.CALL_STARTED:
        return event.kind.value
    if event.kind in ONCE:
        return event.name or event.kind.value
    return f"{event.name}:{key_of(event)}" if event.kind in OF_LEGS else ""


def _is_same_answer(call: Call, event: CallEvent) -> bool:
    """Whether the extension's talk is known. A hand-over back to an extension is an answer of its own."""
    name, key = _transition(event), key_of(event)
    answers = [one for one in call.seen if one.startswith(f"{event.name}:")]
    if not key:
        return bool(answers)
    if name not in call.seen:
        return answers == [f"{event.name}:"] and _is_near_the_answer(call, event)
    known = talks(call)
    own = known.get(key)
    others = [talk for other, talk in known.items() if other != key]
    return not (own and any(_is_between(own, talk, event) for talk in others))


def _is_between(own: Talk, other: Talk, event: CallEvent) -> bool:
    """Whether another extension has talked after the own talk and before the event."""
    return own.began_at < other.began_at < event.at and event.at - own.began_at > SAME_MOMENT


def _is_near_the_answer(call: Call, event: CallEvent) -> bool:
    answered_at = call.known("answered_at")
    return answered_at is not None and abs(event.at - answered_at) <= SAME_MOMENT


def _rings_again(call: Call, event: CallEvent) -> bool:
    """Whether the extension stopped ringing, or another one was rung, since the extension was rung."""
    key = key_of(event)
    leg = call.legs.get(key)
    if leg is None or leg.rung_at is None:
        return key != ""
    ring = unanswered_rings(call).get(key)
    ends = [at for at in (leg.ended_at, ring.ended_at if ring else None) if at and at >= leg.rung_at]
    if ends and event.at > min(ends):
        return event.at > leg.rung_at
    later = [one.rung_at for other, one in call.legs.items() if other != key and one.rung_at]
    return event.at - leg.rung_at > SAME_MOMENT and any(leg.rung_at < at < event.at for at in later)


def _rang_since_end(call: Call, event: CallEvent) -> bool:
    leg = call.legs.get(key_of(event))
    return bool(leg and leg.rung_at and leg.ended_at and leg.ended_at < leg.rung_at <= event.at)
