"""Events rendered as the commands that the PBX posts to a CRM; missing fields are filled from the call.

The PBX posts an event for each employee's phone that rings, answers or stops. Other vendors tell less, so these events
are derived from the changes of the call's legs. A CRM refuses an event without `user`: a leg of nobody makes none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from switchboard.calls.narrate import CALL, NOBODY, OVER, RINGING, TALKING
from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.megafon.tables import (
    ACCEPTED,
    CANCEL,
    CANCELLED,
    COMPLETED,
    CONTACT,
    EVENT,
    HISTORY,
    INCOMING,
    MISSED,
    NOT_AVAILABLE,
    OUTGOING,
    STATUSES,
    SUCCESS,
    TIME,
    TRANSFERRED,
)
from switchboard.dialects.model import Rendered
from switchboard.kernel.call import ENDED_BY, AppliedEvent, Call, Disposition, Kind, Number
from switchboard.kernel.numbers import digits_of, number_text

OWN = "megafon"
HIDDEN = "anonymous"
ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)


def render(applied: AppliedEvent, base_url: str) -> tuple[Rendered, ...]:
    """Return the commands for an event in sending order. The PBX's own commands are sent on unchanged."""
    event, call = applied.event, applied.call
    if event.dialect == OWN:
        return (Rendered(_names(event.name, event.raw), event.raw),) if event.name else ()
    if call is None:
        return ()
    told = EventWithCall(event, call)
    return tuple(Rendered(_names(_name(body), body), body) for body in _commands(applied, told, call, base_url))


def _names(name: str, body: Mapping[str, Any]) -> tuple[str, ...]:
    return (name, EVENT) if body.get("cmd") == EVENT and name != EVENT else (name,)


def _name(body: Mapping[str, Any]) -> str:
    return str(body["type"] if body["cmd"] == EVENT else body["cmd"])


def _commands(applied: AppliedEvent, told: EventWithCall, call: Call, base_url: str) -> Iterator[dict[str, Any]]:
    if applied.event.kind is Kind.CALL_STARTED and not told.outward:
        yield _contact(told, call)
    for name, number in _moves(applied, told, call):
        yield _event(name, number, told, call)
    if applied.event.kind in ENDINGS and applied.outcome in ENDED_BY:
        yield _history(told, call, base_url)


def _moves(applied: AppliedEvent, told: EventWithCall, call: Call) -> Iterator[tuple[str, Number]]:
    """Yield the name of an event and the employee, for each leg that changed: first those that stopped."""
    before = applied.before.told if applied.before else {}
    changed = {key: now for key, now in call.told.items() if key != CALL and before.get(key) != now}
    moved = TALKING in before.values() and TALKING in changed.values()
    if told.outward and _dials_first(applied, told):
        yield from ((OUTGOING, one) for one in [told.best("extension")] if one)
    for key, now in sorted(changed.items(), key=lambda one: one[1] != OVER):
        name = _move(before.get(key), now, moved=moved, outward=told.outward)
        number = call.legs[key].number if key in call.legs else told.best("extension")
        if name and number and key != NOBODY:
            yield name, number


def _move(before: str | None, now: str, *, moved: bool, outward: bool) -> str | None:
    """Return the name for a leg's change, or None. A hand-over is one event, of the employee who takes the call."""
    if now == TALKING:
        return TRANSFERRED if moved else ACCEPTED
    if now == OVER and before == TALKING:
        return None if moved else COMPLETED
    if outward:
        return None
    return INCOMING if now == RINGING else CANCELLED if before == RINGING else None


def _dials_first(applied: AppliedEvent, told: EventWithCall) -> bool:
    """Whether this event is the first that names the employee of an outgoing call."""
    known = applied.before.known("extension") if applied.before else None
    return known is None and told.best("extension") is not None


def _plain(number: Number | None) -> str:
    """Return E.164 without `+`, else the number as received."""
    return number_text(number).removeprefix("+") if number else ""


def _client(told: EventWithCall) -> str:
    number: Number | None = told.best("callee" if told.outward else "caller")
    return _plain(number) if number and digits_of(number) else HIDDEN


def _common(told: EventWithCall, call: Call, user: Number | None) -> dict[str, Any]:
    own = told.own_number
    employee = _plain(user)
    return {
        "callid": call.external_id if call.dialect == OWN else call.id,
        "phone": _client(told),
        "user": employee or _plain(own) or HIDDEN,
        **({"telnum" if user and user.e164 else "ext": employee} if employee else {}),
        **({"diversion": _plain(own)} if own else {}),
    }


def _contact(told: EventWithCall, call: Call) -> dict[str, Any]:
    common = _common(told, call, None)
    return {"cmd": CONTACT, **{name: common[name] for name in ("callid", "phone", "diversion") if name in common}}


def _event(name: str, user: Number, told: EventWithCall, call: Call) -> dict[str, Any]:
    direction = "out" if told.outward else "in"
    return {"cmd": EVENT, "type": name, "direction": direction, **_common(told, call, user)}


def _history(told: EventWithCall, call: Call, base_url: str) -> dict[str, Any]:
    start = call.known("started_at") or call.first_at
    link = _link(told, call, base_url)
    return {
        "cmd": HISTORY,
        "type": "out" if told.outward else "in",
        "status": _status(told),
        **_common(told, call, told.best("extension") or _last_rung(call)),
        "start": start.astimezone(UTC).strftime(TIME),
        "duration": call.duration or 0,
        **({"link": link} if link else {}),
    }


def _last_rung(call: Call) -> Number | None:
    rung = [leg for leg in call.legs.values() if leg.rung_at]
    return max(rung, key=lambda leg: str(leg.rung_at)).number if rung else None


def _status(told: EventWithCall) -> str:
    disposition: Disposition | None = told.best("disposition")
    if told.answered or disposition is Disposition.ANSWERED:
        return SUCCESS
    if not told.outward:
        return MISSED
    if disposition is Disposition.CANCELLED:
        return CANCEL
    return STATUSES.get(disposition, NOT_AVAILABLE) if disposition else NOT_AVAILABLE


def _link(told: EventWithCall, call: Call, base_url: str) -> str:
    """Return the PBX's own link, which needs no token of the hub; else the hub's link, empty without a recording."""
    found: str = told.best("recording") or ""
    if found.startswith(("https://", "http://")):
        return found
    return f"{base_url}/api/v1/record/{call.id}" if base_url and ":" in found else ""
