"""Events rendered as Toy's; missing fields are filled from the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.model import Rendered
from switchboard.dialects.reading import local_time
from switchboard.kernel.call import AppliedEvent, Kind, Number, Outcome
from tests.toy.tables import FIELDS, NAMES, RESULTS, ZONE

OWN = "toy"
ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)


def render(applied: AppliedEvent, base_url: str) -> tuple[Rendered, ...]:
    """Return one message, or none if Toy has no such event; Toy's own events are returned unchanged."""
    event, call = applied.event, applied.call
    if event.dialect == OWN:
        return (Rendered((event.name,) if event.name else (), event.raw),)
    # Some vendors send two ends of a call; Toy has one.
    told_before = event.kind in ENDINGS and applied.outcome is not Outcome.ADVANCED
    if call is None or event.kind not in NAMES or told_before:
        return ()
    name, told = NAMES[event.kind], EventWithCall(event, call)
    return (Rendered((name,), {field: GETTERS[field](told) for field in FIELDS[name]}),)


def _number(number: Number | None) -> str:
    return (number.e164 or number.received) if number else ""


def _result(told: EventWithCall) -> str:
    return RESULTS.get(told.best("disposition"), "ok" if told.answered else "none")


GETTERS: dict[str, Callable[[EventWithCall], Any]] = {
    "event": lambda told: NAMES[told.event.kind],
    "call": lambda told: told.event.call_id,
    "at": lambda told: local_time(told.event.at, ZONE),
    "way": lambda told: "out" if told.outward else "in",
    "from": lambda told: _number(told.best("caller")),
    "to": lambda told: _number(told.best("callee")),
    "desk": lambda told: _number(told.best("extension")),
    "result": _result,
    "talked": lambda told: (told.call.talk_duration if told.call else None) or 0,
}
