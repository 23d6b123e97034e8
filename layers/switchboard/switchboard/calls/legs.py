"""The legs of a call: the extensions that were rung, answered or given up.

Legs are a fold over the set of the call's events, as facts are. Last ring, first answer and last end do not depend
on the order of arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.kernel.call import Call, CallEvent, Direction, Kind, Leg, Number, State
from switchboard.kernel.numbers import digits_of

# Limits for the size of the call's row. Of too many legs, the first by number are kept.
MOST, LONGEST_NUMBER = 100, 64

RINGS = frozenset({Kind.LEG_STARTED, Kind.CALL_REDIRECTED})


@dataclass(frozen=True, slots=True)
class UnansweredRing:
    """An extension that was rung and did not answer. `ended_at` is None while the extension still rings."""

    number: Number
    rung_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Talk:
    """The time in which an extension talked. `ended_at` is None while the extension still talks."""

    began_at: datetime
    ended_at: datetime | None


def key_of(event: CallEvent) -> str:
    """Return the key of the event's leg, or an empty string."""
    return digits_of(event.extension)[:LONGEST_NUMBER] if event.extension else ""


def legs_with(call: Call, event: CallEvent) -> Mapping[str, Leg]:
    """Return the legs of a call after one more event, by the digits of their numbers."""
    told = _told(event)
    if told is None:
        return call.legs
    key = digits_of(told.number)
    legs = {**call.legs, key: _joined(call.legs[key], told) if key in call.legs else told}
    return {key: legs[key] for key in sorted(legs)[:MOST]}


def unanswered_rings(call: Call) -> dict[str, UnansweredRing]:
    """Return the legs that were rung and did not answer, by the digits of their numbers."""
    takers = _takers(call)
    return {
        key: UnansweredRing(leg.number, leg.rung_at, _end(key, leg.rung_at, call))
        for key, leg in call.legs.items()
        if leg.rung_at and key not in takers
    }


def talks(call: Call) -> dict[str, Talk]:
    """Return the legs that talked, by the digits of their numbers. A hand-over ends the talk of the leg before."""
    begun = {key: at for key in _takers(call) if (at := _talk_began(key, call))}
    return {key: Talk(at, _talk_ended(key, begun, call)) for key, at in begun.items()}


def whole_talk(call: Call) -> Talk:
    """Return the talk of an answered call whose extension is unknown: from the answer to the end.

    Without a reported answer the reported duration of the talk counts back from the end.
    """
    start: datetime = call.known("started_at") or call.first_at
    ended_at: datetime | None = call.known("ended_at")
    talked = call.known("talk_duration")
    counted = max(start, ended_at - timedelta(seconds=talked)) if ended_at and talked else start
    began_at: datetime = call.known("answered_at") or counted
    return Talk(began_at, max(ended_at, began_at) if ended_at else None)


def _talk_began(key: str, call: Call) -> datetime | None:
    """Return the leg's own answer; without one, the call's answer, or the later ring by which the leg took over."""
    leg = call.legs.get(key)
    if leg and leg.answered_at:
        return leg.answered_at
    return _best(max, whole_talk(call).began_at, leg.rung_at if leg and call.known("answered_at") else None)


def _talk_ended(key: str, begun: Mapping[str, datetime], call: Call) -> datetime | None:
    leg, began_at = call.legs.get(key), begun[key]
    if leg and leg.ended_at and leg.ended_at >= began_at:
        return leg.ended_at
    if later := [at for at in begun.values() if at > began_at]:
        return min(later)
    ended_at: datetime | None = call.known("ended_at")
    return max(ended_at or began_at, began_at) if call.state is State.ENDED else None


def _told(event: CallEvent) -> Leg | None:
    number = event.extension
    if number is None or not 0 < len(digits_of(number)) <= LONGEST_NUMBER or len(number.received) > LONGEST_NUMBER:
        return None
    rings = event.kind in RINGS or (event.kind is Kind.CALL_STARTED and event.direction is Direction.INCOMING)
    return Leg(
        number,
        rung_at=event.at if rings else None,
        answered_at=event.at if event.kind is Kind.CALL_ANSWERED else None,
        ended_at=event.at if event.kind is Kind.LEG_ENDED else None,
    )


def _joined(one: Leg, other: Leg) -> Leg:
    return Leg(
        min(one.number, other.number, key=lambda number: (number.received, number.e164 or "")),
        _best(max, one.rung_at, other.rung_at),
        _best(min, one.answered_at, other.answered_at),
        _best(max, one.ended_at, other.ended_at),
    )


def _best(
    choose: Callable[[datetime, datetime], datetime], one: datetime | None, other: datetime | None
) -> datetime | None:
    return choose(one, other) if one and other else one or other


def _takers(call: Call) -> set[str]:
    """Return the extensions that answered, and the extension of an answered call."""
    takers = {key for key, leg in call.legs.items() if leg.answered_at}
    extension: Number | None = call.known("extension")
    return takers | {digits_of(extension)} if extension and call.answered else takers


def _end(key: str, rung_at: datetime, call: Call) -> datetime | None:
    """Return the end of a ring: as reported, else the first answer elsewhere, else the end of the call."""
    own = call.legs[key].ended_at
    if own and own >= rung_at:
        return own
    if others := [at for at in _answers(call) if at >= rung_at]:
        return min(others)
    ended_at: datetime | None = call.known("ended_at")
    return max(ended_at or rung_at, rung_at) if call.state is State.ENDED else None


def _answers(call: Call) -> Iterator[datetime]:
    answered_at: datetime | None = call.known("answered_at")
    yield from (at for at in [answered_at, *(leg.answered_at for leg in call.legs.values())] if at)
