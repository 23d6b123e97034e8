"""The fold: apply one event to one call.

Each fact of a call is a register. The register keeps the best report of the fact: first by the trust in the kind of
event, then by time, then by event id. The best of a set does not depend on the order of arrival, so the state of a
call does not depend on this order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from switchboard.calls.legs import legs_with
from switchboard.calls.narrate import narrated
from switchboard.calls.repeats import repeats, seen_with
from switchboard.calls.transitions import TRANSITIONS
from switchboard.kernel.call import Call, CallEvent, Disposition, Fact, Kind, Outcome, State
from switchboard.kernel.news import HUB

ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)
TALKED = (Kind.CALL_ANSWERED, Kind.CALL_REDIRECTED, Kind.CALL_ENDED)

# The most trusted kinds for each fact, best first. Kinds that are not listed come last.
TRUST: dict[str, tuple[tuple[Kind, ...], ...]] = {
    "direction": ((Kind.CALL_STARTED,),),
    "caller": ((Kind.CALL_STARTED,), (Kind.CALL_ANSWERED,)),
    "callee": ((Kind.CALL_STARTED,), (Kind.CALL_ANSWERED,)),
    "line": ((Kind.CALL_STARTED,), (Kind.CALL_ANSWERED,)),
    "trunk": ((Kind.CALL_STARTED,),),
    "extension": (TALKED, (Kind.LEG_STARTED,), (Kind.CALL_STARTED,)),
    "disposition": ((Kind.CALL_ENDED,), (Kind.CALL_MISSED,)),
    "cause": ((Kind.CALL_ENDED,), (Kind.CALL_MISSED,)),
    "duration": ((Kind.CALL_ENDED,), (Kind.CALL_MISSED,)),
    "talk_duration": ((Kind.CALL_ENDED,), (Kind.CALL_MISSED,)),
    "wait_duration": ((Kind.CALL_ENDED,), (Kind.CALL_MISSED,)),
    "started_at": ((Kind.CALL_STARTED,), ENDINGS, (Kind.LEG_STARTED,)),
    "answered_at": ((Kind.CALL_ANSWERED,),),
    "ended_at": (ENDINGS,),
    "recording": ((Kind.CALL_ENDED,),),
    "voicemail": ((Kind.VOICEMAIL_LEFT,), (Kind.VOICEMAIL_STARTED,)),
    "voicemail_type": ((Kind.VOICEMAIL_LEFT,), (Kind.VOICEMAIL_ENDED,)),
}
# For these facts the latest report wins; for all others the earliest.
LATEST_WINS = frozenset({"extension", "disposition", "cause", "duration", "talk_duration", "wait_duration", "ended_at"})

# The time of an event of these kinds is the value of a fact.
TIME_OF: dict[Kind, str] = {
    Kind.CALL_STARTED: "started_at",
    Kind.CALL_ANSWERED: "answered_at",
    Kind.CALL_ENDED: "ended_at",
    Kind.CALL_MISSED: "ended_at",
}
CLOCK_SLACK = timedelta(seconds=5)


def first_sight(event: CallEvent, call_id: str | None = None) -> Call:
    """Return the call before its first event is applied."""
    return Call(event.account, call_id or event.call_id, event.source, event.dialect, event.external_id, event.at)


def apply(call: Call, event: CallEvent) -> tuple[Call, Outcome]:
    """Return the call after the event, and the outcome of the event. Raises nothing.

    The caller must not apply an event twice. A late event adds facts, and never moves the call backwards.
    """
    state, outcome = TRANSITIONS[call.state, event.kind]
    if outcome is Outcome.STALE and _after_the_end(call, event):
        outcome = Outcome.IMPOSSIBLE
    if _mends_a_lost_end(call, event):
        outcome = Outcome.MENDED
    elif repeats(call, event):
        outcome = Outcome.REPEATED
    after = replace(
        _owned(call, event),
        state=state,
        version=call.version + 1,
        facts=_join(call, event),
        legs=legs_with(call, event),
        first_at=min(call.first_at, event.at),
        seen=seen_with(call, event),
        **_heard(call, event),
        hops=max(call.hops, event.hops),
        kept_days=max(call.kept_days, _days_of_recording(event)),
    )
    return replace(after, told=narrated(call, after, event, outcome)), outcome


def _owned(call: Call, event: CallEvent) -> Call:
    """Return the call as its source's. A call that the hub's own news named first gets its source by a later event."""
    if call.dialect != HUB or event.dialect == HUB:
        return call
    return replace(call, source=event.source, dialect=event.dialect, external_id=event.external_id)


def _heard(call: Call, event: CallEvent) -> Mapping[str, Any]:
    """Return the times of the last event, on both clocks. What the hub itself reports is no sign of life."""
    if event.dialect == HUB:
        return {}
    return {
        "last_at": max(call.last_at or event.at, event.at),
        "heard_at": max(call.heard_at or event.received_at, event.received_at),
    }


def _days_of_recording(event: CallEvent) -> int:
    """Return how long a recording is kept that outlives its call, 0 for any other event."""
    if event.dialect != HUB or event.kind is not Kind.RECORDING_AVAILABLE:
        return 0
    days = event.raw.get("days", 0)
    return days if isinstance(days, int) else 0


def _mends_a_lost_end(call: Call, event: CallEvent) -> bool:
    return event.kind in ENDINGS and call.is_lost and event.disposition is not Disposition.LOST


def _trusted_kind(event: CallEvent) -> Kind:
    """Return the kind for the table of trust. Any report of a source replaces the hub's end of a lost call."""
    return Kind.UNKNOWN if event.disposition is Disposition.LOST else event.kind


def _after_the_end(call: Call, event: CallEvent) -> bool:
    """Whether the event contradicts the end. The time of a lost call's end is unknown, so nothing contradicts it."""
    if call.is_lost:
        return False
    ended_at: datetime | None = call.known("ended_at")
    return call.state is State.ENDED and ended_at is not None and event.at - ended_at > CLOCK_SLACK


def _join(call: Call, event: CallEvent) -> dict[str, Fact]:
    facts = dict(call.facts)
    for name, value in _told(event).items():
        new = Fact(value, _trusted_kind(event), event.at, event.id)
        old = facts.get(name)
        if old is None or _place(name, new) > _place(name, old):
            facts[name] = new
    return facts


def _told(event: CallEvent) -> dict[str, Any]:
    """Return the facts that an event reports. The cause of a lost call is the hub's own, and no fact of the call."""
    told = {name: getattr(event, name) for name in TRUST}
    if event.disposition is Disposition.LOST:
        told["cause"] = None
    if own := TIME_OF.get(event.kind):
        told[own] = told[own] or event.at
    return {name: value for name, value in told.items() if value is not None}


def _place(name: str, fact: Fact) -> tuple[int, float, str]:
    tiers = TRUST[name]
    tier = next((i for i, kinds in enumerate(tiers) if fact.kind in kinds), len(tiers))
    age = fact.at.timestamp()
    return -tier, age if name in LATEST_WINS else -age, fact.event_id
