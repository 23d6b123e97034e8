"""Events rendered as SpRecord's (sprecord-events, 'Web Hook'); missing fields are filled from the call."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from switchboard.calls.legs import unanswered_rings
from switchboard.calls.record_numbers import record_number
from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.model import Rendered
from switchboard.dialects.reading import inside, local_time, text, whole
from switchboard.dialects.sprecord.tables import FIELDS, KINDS, NAMES, STATUSES, ZONE
from switchboard.kernel.call import ENDED_BY, AppliedEvent, CallEvent, Kind, Number
from switchboard.kernel.numbers import digits_of, number_text

OWN = "sprecord"
ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)
ELSEWHERE = "answer_elsewhere"
OF_NO_CALL = (Kind.DEVICE_STARTED, Kind.SMS_RECEIVED)


def render(applied: AppliedEvent, base_url: str) -> tuple[Rendered, ...]:  # noqa: ARG001 - every dialect has the verb
    """Return messages `{"device_id", "event_type", "payload"}`, or nothing if SpRecord has no such event.

    An answer by another extension than the one that rang makes two messages: `start_talk` and `answer_elsewhere`.
    """
    told = EventWithCall(applied.event, applied.call)
    name = _name(applied, told)
    if name is None:
        return _as_it_came(applied.event) if applied.event.dialect == OWN else ()
    elsewhere = (_message(told, ELSEWHERE, Kind.CALL_REDIRECTED),) if _is_answered_elsewhere(told) else ()
    return (_message(told, name), *elsewhere)


def _message(told: EventWithCall, name: str, kind: Kind | None = None) -> Rendered:
    payload = {**_own(told), **{field: GETTERS[field](told) for field in FIELDS[name]}}
    return Rendered((name,), {"device_id": _device(told), "event_type": name, "payload": payload}, kind)


def _is_answered_elsewhere(told: EventWithCall) -> bool:
    """Whether another vendor's event is an answer, and another extension rang or talked before this answer."""
    event, call = told.event, told.call
    if event.dialect == OWN or event.kind is not Kind.CALL_ANSWERED or call is None or told.outward:
        return False
    if event.extension is None:
        return False
    others = [leg for key, leg in call.legs.items() if key != digits_of(event.extension)]
    return any(at <= event.at for leg in others for at in (leg.rung_at, leg.answered_at) if at)


def _own(told: EventWithCall) -> Mapping[str, Any]:
    """Return the payload as SpRecord sent it; empty for another vendor's event."""
    return inside(told.event.raw, "payload") if told.event.dialect == OWN else {}


def _as_it_came(event: CallEvent) -> tuple[Rendered, ...]:
    return (Rendered((event.name,), event.raw),) if event.name else ()


def _name(applied: AppliedEvent, told: EventWithCall) -> str | None:
    event = applied.event
    name = event.name if event.dialect == OWN and event.name in KINDS else NAMES.get(event.kind)
    if applied.call is None and event.kind not in OF_NO_CALL:
        return None
    if event.kind is Kind.CALL_STARTED and event.dialect != OWN:
        return "outgoing_call" if told.outward else name
    # Some vendors send two ends, an end and a missed call; SpRecord has one.
    if event.kind in ENDINGS and event.dialect != OWN and applied.outcome not in ENDED_BY:
        return None
    return name


def device_id(account: str) -> str:
    """Return the made-up device id of an account, for the verification of a hook and for other vendors' events."""
    return base64.b64encode(hashlib.sha256(f"device\n{account}\n".encode()).digest()).decode()


def _device(told: EventWithCall) -> str:
    """Return the device's own id as SpRecord sent it; for another vendor's call the account's device id."""
    own = text(told.event.raw, "device_id") if told.event.dialect == OWN else _own_ids(told)[0]
    return own or device_id(told.event.account)


def _own_ids(told: EventWithCall) -> tuple[str, str]:
    """Return the ids of the device and of its call, for what the hub reports of the call; else empty strings."""
    call = told.call if told.call and told.call.dialect == OWN else None
    device, _, call_id = call.external_id.rpartition(":") if call else ("", "", "")
    return device, call_id


def _number(number: Number | None) -> str:
    """Return E.164, as in the document's examples, else the number as received."""
    return number_text(number) if number else ""


def _call_id(told: EventWithCall) -> str:
    return text(_own(told), "call_id") or _own_ids(told)[1] or (told.call.id if told.call else "")


def _src(told: EventWithCall) -> str:
    if own := text(_own(told), "call_src"):
        return own
    return _number((told.best("extension") if told.outward else None) or told.best("caller"))


def _dst(told: EventWithCall) -> str:
    if own := text(_own(told), "call_dst"):
        return own
    return _number((None if told.outward else _internal(told)) or told.best("callee"))


def _internal(told: EventWithCall) -> Number | None:
    """Return the event's extension, else the extension that talks, else the only one that rings."""
    known: Number | None = told.best("extension")
    if told.event.extension or told.call is None or told.answered:
        return known
    ringing = [ring.number for ring in unanswered_rings(told.call).values() if ring.ended_at is None]
    return ringing[0] if len(ringing) == 1 else None if ringing else known


def _record_id(told: EventWithCall) -> int:
    own = whole(_own(told), "record_id")
    return own if own is not None else record_number(told.event.account, told.call.id if told.call else "")


def _duration(told: EventWithCall) -> int | None:
    return told.call.duration if told.call else None


def _status(told: EventWithCall) -> str:
    if told.event.dialect == OWN and told.event.cause:
        return told.event.cause
    return STATUSES.get(told.best("disposition"), "success" if told.answered else "no_answer")


GETTERS: dict[str, Callable[[EventWithCall], Any]] = {
    "call_id": _call_id,
    "call_src": _src,
    "call_dst": _dst,
    "trunk": lambda told: told.best("trunk") or _number(told.own_number),
    "record_id": _record_id,
    "duration": _duration,
    "status": _status,
    "sms_src": lambda told: text(_own(told), "sms_src") or _number(told.best("caller")),
    "text": lambda told: found if isinstance(found := _own(told).get("text"), str) else "",
    "date": lambda told: local_time(told.event.at, ZONE).replace(" ", "T"),
    "number": lambda told: text(_own(told), "number") or _number(told.best("extension")),
}
