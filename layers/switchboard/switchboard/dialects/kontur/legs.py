"""The changes of a call's legs with an event, as Kontur.CRM names them: appeared, connected, disconnected, finished."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from switchboard.calls.legs import key_of, unanswered_rings
from switchboard.calls.narrate import CALL, NOBODY, OVER, RINGING, TALKING
from switchboard.dialects.kontur.tables import APPEARED, CONNECTED, DISCONNECTED, EVENT, FINISHED_LEG, PAUSED
from switchboard.kernel.call import AppliedEvent, Call, Kind, Number, Outcome
from switchboard.kernel.numbers import digits_of

HOLD = f"{EVENT}.{PAUSED}"
LEG_FINISHED = f"{EVENT}.{FINISHED_LEG}"
# The messages that lead from one status of a leg to another. A leg that was never told first appears.
STEPS: dict[tuple[str | None, str], tuple[str, ...]] = {
    (None, RINGING): (APPEARED,),
    (None, TALKING): (APPEARED, CONNECTED),
    (None, OVER): (APPEARED, DISCONNECTED),
    (RINGING, TALKING): (CONNECTED,),
    (RINGING, OVER): (DISCONNECTED,),
    (TALKING, OVER): (FINISHED_LEG,),
    (OVER, RINGING): (APPEARED,),
    (OVER, TALKING): (APPEARED, CONNECTED),
}


@dataclass(frozen=True, slots=True)
class LegNews:
    """A change of one leg; `number` is None if the extension is unknown."""

    type: str
    key: str
    number: Number | None
    at: datetime


def leg_news(applied: AppliedEvent, call: Call) -> Iterator[LegNews]:
    """Yield the changes of legs with an event: first the ends of earlier talks, then rings and answers."""
    before = applied.before.told if applied.before else {}
    changed = [key for key in call.told if key != CALL and call.told[key] != before.get(key)]
    for key in sorted(changed, key=lambda key: (before.get(key) != TALKING, call.told[key] == OVER)):
        for type_ in STEPS[before.get(key), call.told[key]]:
            yield _news(applied, call, key, type_)
    if applied.event.name == HOLD or _is_finished_later(applied, call):
        yield _as_told(applied, call)


def _news(applied: AppliedEvent, call: Call, key: str, type_: str) -> LegNews:
    event, leg = applied.event, call.legs.get(key)
    at = event.at
    if type_ == APPEARED and leg and leg.rung_at:
        at = min(leg.rung_at, event.at)
    if type_ == DISCONNECTED:
        ring = unanswered_rings(call).get(key)
        at = ring.ended_at if ring and ring.ended_at else event.at
    if type_ == FINISHED_LEG and event.kind is Kind.LEG_ENDED and event.name != LEG_FINISHED:
        type_ = DISCONNECTED
    return LegNews(type_, key, leg.number if leg else _number_of(key, call), at)


def _is_finished_later(applied: AppliedEvent, call: Call) -> bool:
    """Whether the event finishes a leg that an earlier event disconnected: Kontur.CRM has a word for each."""
    event, before, key = applied.event, applied.before, key_of(applied.event)
    if event.name != LEG_FINISHED or applied.outcome is Outcome.REPEATED or before is None:
        return False
    return before.told.get(key) == OVER == call.told.get(key)


def _as_told(applied: AppliedEvent, call: Call) -> LegNews:
    extension: Number | None = applied.event.extension or call.known("extension")
    key = digits_of(extension) if extension else NOBODY
    return LegNews(applied.event.name.partition(".")[2], key, extension, applied.event.at)


def _number_of(key: str, call: Call) -> Number | None:
    extension: Number | None = call.known("extension")
    return extension if extension and digits_of(extension) == key else None
