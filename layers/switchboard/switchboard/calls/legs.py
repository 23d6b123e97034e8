"""The legs of a call: the extensions that were rung, answered or given up.

Legs are a fold over the set of the call's events, as facts are. Last ring, first answer and last end do not depend
on the order of arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

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
