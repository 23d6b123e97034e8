"""What becomes of the legs of a call with an event: in Kontur.CRM's words they appear, connect, and are over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from switchboard.calls.legs import attempts
from switchboard.calls.model import Call, CallEvent, Happened, Kind, Leg, Number, State
from switchboard.calls.numbers import digits_of
from switchboard.dialects.kontur.tables import APPEARED, CONNECTED, DISCONNECTED, EVENT, OVER, PAUSED

NOBODY = "0"  # in the id of a leg of which no extension is known
HOLD = f"{EVENT}.paused"


@dataclass(frozen=True, slots=True)
class LegNews:
    """One piece of news of one leg; `number` is None where no extension is known."""

    type: str
    key: str
    number: Number | None
    at: datetime


def leg_news(happened: Happened, call: Call) -> Iterator[LegNews]:
    """What happened to legs, in the order in which it did."""
    yield from _appeared(happened, call)
    yield from _connected(happened, call)
    if happened.event.name == HOLD:
        yield _of(happened.event, PAUSED)
    yield from _given_up(happened, call)
    if call.state is State.ENDED:
        yield from _ended(happened, call)


def _appeared(happened: Happened, call: Call) -> Iterator[LegNews]:
    before = _legs(happened.before)
    for key, leg in call.legs.items():
        known = before[key].rung_at if key in before else None
        if leg.rung_at and (known is None or leg.rung_at > known):
            yield LegNews(APPEARED, key, leg.number, leg.rung_at)


def _connected(happened: Happened, call: Call) -> Iterator[LegNews]:
    """The leg that was taken; one that nobody was told of appears with that."""
    event = happened.event
    if event.kind is not Kind.CALL_ANSWERED and not (event.kind is Kind.CALL_REDIRECTED and call.answered):
        return
    news = _of(event, CONNECTED, call.known("extension"))
    leg = call.legs.get(news.key)
    if not (leg and leg.rung_at):
        yield LegNews(APPEARED, news.key, news.number, event.at)
    yield news


def _given_up(happened: Happened, call: Call) -> Iterator[LegNews]:
    """Legs that stopped ringing with this event, and one that was told to be over after it was taken."""
    before = attempts(happened.before) if happened.before else {}
    for key, attempt in attempts(call).items():
        known = before.get(key)
        if attempt.ended_at and (known is None or known.ended_at is None or known.rung_at != attempt.rung_at):
            yield LegNews(DISCONNECTED, key, attempt.number, attempt.ended_at)
    event = happened.event
    if event.kind is Kind.LEG_ENDED and event.extension and digits_of(event.extension) not in attempts(call):
        yield _of(event, OVER if event.name == f"{EVENT}.{OVER}" else DISCONNECTED)


def _ended(happened: Happened, call: Call) -> Iterator[LegNews]:
    """The legs that talked to the end, as far as the CRM has heard of them."""
    rung = attempts(call)
    for key, leg in call.legs.items():
        if key not in rung and leg.ended_at is None and _was_told(key, leg, call):
            yield LegNews(OVER, key, leg.number, happened.event.at)
    if not call.legs and call.answered and call.known("answered_at") is not None:
        yield LegNews(OVER, NOBODY, None, happened.event.at)


def _was_told(key: str, leg: Leg, call: Call) -> bool:
    """Who dials is named with the start of a call, and has no leg in the CRM until he is rung or somebody answers."""
    extension: Number | None = call.known("extension")
    answers = call.known("answered_at") is not None and extension is not None and key == digits_of(extension)
    return bool(leg.rung_at or leg.answered_at or answers)


def _of(event: CallEvent, type_: str, other: Number | None = None) -> LegNews:
    number = event.extension or other
    return LegNews(type_, digits_of(number) if number else NOBODY, number, event.at)


def _legs(call: Call | None) -> dict[str, Leg]:
    return dict(call.legs) if call else {}
