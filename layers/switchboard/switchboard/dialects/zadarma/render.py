"""Events rendered as Zadarma's notifications; missing fields are filled from the call. Every value is text.

The hub serves no API of Zadarma, so no notification announces a recording.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.model import Rendered
from switchboard.dialects.reading import local_time
from switchboard.dialects.zadarma.tables import (
    ANSWER,
    ANSWERED,
    END,
    FIELDS,
    INTERNAL,
    MISSED,
    NAME,
    OUT_END,
    OUT_START,
    SENT,
    START,
    ZONE,
)
from switchboard.kernel.call import ENDED_BY, AppliedEvent, Kind, Number
from switchboard.kernel.numbers import number_text

ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)
RINGS = (Kind.LEG_STARTED, Kind.CALL_REDIRECTED)


def render(applied: AppliedEvent, base_url: str) -> tuple[Rendered, ...]:  # noqa: ARG001 - every dialect has the verb
    """Return the notifications in sending order; Zadarma's own events are returned unchanged."""
    event, call = applied.event, applied.call
    if event.dialect == NAME:
        return (Rendered((event.name,) if event.name else (), event.raw),)
    if call is None:
        return ()
    told = EventWithCall(event, call)
    names = _outward(applied) if told.outward else _inward(applied)
    return tuple(Rendered((name,), {field: _value(field, name, told) for field in FIELDS[name]}) for name in names)


def _outward(applied: AppliedEvent) -> Iterator[str]:
    if applied.event.kind is Kind.CALL_STARTED:
        yield OUT_START
    yield from _common(applied, OUT_END)


def _inward(applied: AppliedEvent) -> Iterator[str]:
    kind = applied.event.kind
    if kind is Kind.CALL_STARTED:
        yield START
    if kind in RINGS or (kind is Kind.CALL_STARTED and applied.event.extension):
        yield INTERNAL
    yield from _common(applied, END)


def _common(applied: AppliedEvent, end: str) -> Iterator[str]:
    """Yield the answer, and the first end of a call: some vendors send two."""
    if applied.event.kind is Kind.CALL_ANSWERED:
        yield ANSWER
    if applied.event.kind in ENDINGS and applied.outcome in ENDED_BY:
        yield end


def _value(field: str, name: str, told: EventWithCall) -> str:
    return name if field == "event" else GETTERS[field](told)


def _number(number: Number | None) -> str:
    """Return E.164 without `+`, any other number as received."""
    return number.e164.removeprefix("+") if number and number.e164 else number_text(number) if number else ""


def _started(told: EventWithCall) -> str:
    call = told.call
    at = (told.best("started_at") or call.first_at) if call else told.event.at
    return local_time(at, ZONE)


def _end(told: EventWithCall) -> tuple[str, str]:
    return SENT.get(told.best("disposition"), ANSWERED if told.answered else MISSED)


def _talked(told: EventWithCall) -> str:
    return str((told.call.talk_duration if told.call else None) or 0)


def _destination(told: EventWithCall) -> Number | None:
    """Return the called number: of an incoming call the account's own."""
    callee: Number | None = told.best("callee")
    return callee if told.outward else told.own_number or callee


GETTERS: dict[str, Callable[[EventWithCall], Any]] = {
    "call_start": _started,
    "pbx_call_id": lambda told: told.event.call_id,
    "caller_id": lambda told: _number(told.best("caller")),
    "called_did": lambda told: _number(told.own_number or told.best("callee")),
    "destination": lambda told: _number(_destination(told)),
    "internal": lambda told: _number(told.best("extension")),
    "duration": _talked,
    "disposition": lambda told: _end(told)[0],
    "status_code": lambda told: _end(told)[1],
    "is_recorded": lambda told: "0",  # noqa: ARG005 - as every getter
    "call_id_with_rec": lambda told: "",  # noqa: ARG005
}
