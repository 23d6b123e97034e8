"""Replace the times of an event whose PBX has a wrong clock. The times of one clock move together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from switchboard.kernel.call import CallEvent
from switchboard.kernel.clocks import Clock, doubt_of
from switchboard.kernel.times import read_moment

DETAILS = ("started_at", "answered_at", "ended_at")
ONE_CALL = timedelta(days=1)  # two times of one event and one clock are no farther apart
WEST_TO_EAST = timedelta(hours=14)
QUARTER = timedelta(minutes=15)  # zones differ by a multiple
MOST_VALUES, LONGEST = 500, 64  # values of a payload, characters of a told time


def with_checked_times(event: CallEvent, earliest: datetime) -> CallEvent:
    """Return the event with its doubtful times replaced, and with `clock` if there were any.

    A doubtful `at` becomes the time of receipt. A detail within ONE_CALL of `at` keeps its distance from `at`.
    Any other doubtful detail becomes None. Reported durations stay. No time before `earliest` counts.
    """
    doubts = {name: found for name in ("at", *DETAILS) if (found := _clock(event, name, earliest))}
    if not doubts:
        return event
    used = event.received_at if "at" in doubts else event.at
    details: dict[str, Any] = {
        name: _mended(getattr(event, name), event.at, used, is_doubtful=name in doubts) for name in DETAILS
    }
    return replace(event, at=used, clock=replace(next(iter(doubts.values())), used=used), **details)


def _clock(event: CallEvent, name: str, earliest: datetime) -> Clock | None:
    at: datetime | None = getattr(event, name)
    if at is None or (name != "at" and abs(at - event.at) <= ONE_CALL):
        return None
    reason = doubt_of(at, event.received_at, earliest)
    return Clock(_as_told(event.raw, at), event.received_at, reason) if reason else None


def _mended(detail: datetime | None, at: datetime, used: datetime, *, is_doubtful: bool) -> datetime | None:
    if detail and abs(detail - at) <= ONE_CALL:
        return used + (detail - at)
    return None if is_doubtful else detail


def _as_told(payload: Mapping[str, Any], at: datetime) -> str:
    """Return the payload's text of a time, in whatever zone; ISO 8601 if the payload has no such text."""
    for value in islice(_values(payload), MOST_VALUES):
        read = read_moment(value, "UTC", at)
        if read and abs(read - at) <= WEST_TO_EAST and not (read - at) % QUARTER:
            return str(value)[:LONGEST]
    return at.isoformat()


def _values(payload: Any) -> Iterator[Any]:
    if isinstance(payload, Mapping):
        payload = tuple(payload.values())
    if isinstance(payload, Sequence) and not isinstance(payload, str):
        for inner in payload:
            yield from _values(inner)
    else:
        yield payload
