"""The changes of a call's legs with an event, as Kontur.CRM names them: appeared, connected, disconnected, finished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from switchboard.calls.legs import unanswered_rings
from switchboard.dialects.kontur.tables import APPEARED, CONNECTED, DISCONNECTED, EVENT, OVER, PAUSED
from switchboard.kernel.call import AppliedEvent, Call, CallEvent, Kind, Leg, Number, State
from switchboard.kernel.numbers import digits_of

NOBODY = "0"  # in the id of a leg without a known extension
HOLD = f"{EVENT}.paused"


@dataclass(frozen=True, slots=True)
class LegNews:
    """A change of one leg; `number` is None if the extension is unknown."""

    type: str
    key: str
    number: Number | None
    at: datetime


def leg_news(applied: AppliedEvent, call: Call) -> Iterator[LegNews]:
    """Yield the changes of legs with an event, in the order of time."""
    yield from _appeared(applied, call)
    yield from _connected(applied, call)
    if applied.event.name == HOLD:
        yield _of(applied.event, PAUSED)
    yield from _given_up(applied, call)
    if call.state is State.ENDED:
        yield from _ended(applied, call)


def _appeared(applied: AppliedEvent, call: Call) -> Iterator[LegNews]:
    before = _legs(applied.before)
    for key, leg in call.legs.items():
        known = before[key].rung_at if key in before else None
        if leg.rung_at and (known is None or leg.rung_at > known):
            yield LegNews(APPEARED, key, leg.number, leg.rung_at)


def _connected(applied: AppliedEvent, call: Call) -> Iterator[LegNews]:
    """Yield the answer of a leg, after its appearance if the leg was never reported."""
    event = applied.event
    if event.kind is not Kind.CALL_ANSWERED and not (event.kind is Kind.CALL_REDIRECTED and call.answered):
        return
    news = _of(event, CONNECTED, call.known("extension"))
    leg = call.legs.get(news.key)
    if not (leg and leg.rung_at):
        yield LegNews(APPEARED, news.key, news.number, event.at)
    yield news


def _given_up(applied: AppliedEvent, call: Call) -> Iterator[LegNews]:
    """Yield the legs that stop ringing with this event, and an answered leg that the event ends."""
    before = unanswered_rings(applied.before) if applied.before else {}
    for key, attempt in unanswered_rings(call).items():
        known = before.get(key)
        if attempt.ended_at and (known is None or known.ended_at is None or known.rung_at != attempt.rung_at):
            yield LegNews(DISCONNECTED, key, attempt.number, attempt.ended_at)
    event = applied.event
    if event.kind is Kind.LEG_ENDED and event.extension and digits_of(event.extension) not in unanswered_rings(call):
        yield _of(event, OVER if event.name == f"{EVENT}.{OVER}" else DISCONNECTED)


def _ended(applied: AppliedEvent, call: Call) -> Iterator[LegNews]:
    """Yield the end of each answered leg that was reported to the CRM."""
    rung = unanswered_rings(call)
    for key, leg in call.legs.items():
        if key not in rung and leg.ended_at is None and _was_told(key, leg, call):
            yield LegNews(OVER, key, leg.number, applied.event.at)
    if not call.legs and call.answered and call.known("answered_at") is not None:
        yield LegNews(OVER, NOBODY, None, applied.event.at)


def _was_told(key: str, leg: Leg, call: Call) -> bool:
    """Whether a leg was reported. The caller of an outgoing call has no leg in the CRM before ringing or answer."""
    extension: Number | None = call.known("extension")
    answers = call.known("answered_at") is not None and extension is not None and key == digits_of(extension)
    return bool(leg.rung_at or leg.answered_at or answers)


def _of(event: CallEvent, type_: str, other: Number | None = None) -> LegNews:
    number = event.extension or other
    return LegNews(type_, digits_of(number) if number else NOBODY, number, event.at)


def _legs(call: Call | None) -> dict[str, Leg]:
    return dict(call.legs) if call else {}
