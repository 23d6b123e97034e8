"""Events rendered as IS.VPBX's ('Описание реализованных событий'); missing fields are filled from the call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.dialects.model import Rendered
from switchboard.dialects.reading import inside, local_time, text
from switchboard.dialects.vpbx.tables import (
    CALL_EVENT,
    CUSTOM_EVENT,
    DIRECTION_CODES,
    DISPOSITION_CODES,
    NAMES,
    PARAMS,
    VM_EVENT,
    ZONE,
)
from switchboard.kernel.call import ENDED_BY, AppliedEvent, Call, CallEvent, Direction, Disposition, Kind, Number
from switchboard.kernel.news import HUB, OF_CAMPAIGNS, OF_SUBSCRIBERS
from switchboard.kernel.numbers import number_text

OWN = "vpbx"
LEGS = (Kind.LEG_STARTED, Kind.CALL_REDIRECTED)
ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)


@dataclass(frozen=True, slots=True)
class _EventWithCall:
    event: CallEvent
    call: Call
    base_url: str

    def best(self, name: str) -> Any:
        """Return the event's value of a field, else the call's value, else None."""
        own = getattr(self.event, name)
        return own if own is not None else self.call.known(name)


def render(applied: AppliedEvent, base_url: str) -> tuple[Rendered, ...]:
    """Return `{"type", "event_name", "params"}`, or nothing if IS.VPBX has no such event."""
    rendered = _rendered(applied, base_url)
    return (rendered,) if rendered else ()


def _rendered(applied: AppliedEvent, base_url: str) -> Rendered | None:
    event, call = applied.event, applied.call
    if event.kind in OF_CAMPAIGNS | OF_SUBSCRIBERS:
        return None
    if event.dialect == HUB and event.kind not in ENDINGS:
        return _news(event, base_url)
    if _is_own(event) and (call is None or event.name not in PARAMS):
        return _as_it_came(event)
    name = _name(applied)
    if name is None or call is None:
        return None
    told = _EventWithCall(event, call, base_url)
    params = {param: GETTERS[param](told) for param in PARAMS[name]}
    return Rendered(
        (name,),
        {
            "type": _type(name),
            "event_name": name,
            "params": {**_unknown_params(event, name), **params},
        },
    )


def _news(event: CallEvent, base_url: str) -> Rendered:
    """Return the hub's own event as a custom event: `custom.recording.available`, `custom.command.failed` ..."""
    name = f"custom.{event.name}"
    params = {"call_id": event.call_id, "event_date": local_time(event.at, ZONE), **event.raw}
    if base_url and event.kind is Kind.RECORDING_AVAILABLE:
        voicemail = event.raw.get("media") == "voicemail"
        path = "voicemail" if voicemail else "record"
        params["vm_record_url" if voicemail else "record"] = f"{base_url}/api/v1/{path}/{event.call_id}"
    return Rendered((name, CUSTOM_EVENT), {"type": CUSTOM_EVENT, "event_name": name, "params": params})


def _is_own(event: CallEvent) -> bool:
    return event.dialect == OWN


def _as_it_came(event: CallEvent) -> Rendered:
    """Return IS.VPBX's event unchanged. A documented event gets its `type`, and an object in place of `[]`."""
    names = tuple(name for name in (event.name, text(event.raw, "type")) if name)
    if event.name not in PARAMS:
        return Rendered(names, event.raw)
    return Rendered(names, {**event.raw, "type": _type(event.name), "params": inside(event.raw, "params")})


def _type(name: str) -> str:
    return VM_EVENT if name.startswith("vm.") else CALL_EVENT


def _name(applied: AppliedEvent) -> str | None:
    event, call = applied.event, applied.call
    if _is_own(event):
        return event.name if event.name in PARAMS else None
    if event.kind in LEGS and call and _direction(event, call) is Direction.OUTGOING:
        return "local.out.call"
    # Some vendors send two ends, an end and a missed call; IS.VPBX has one.
    if event.kind in ENDINGS and applied.outcome not in ENDED_BY:
        return None
    return NAMES.get(event.kind)


def _unknown_params(event: CallEvent, name: str) -> Mapping[str, Any]:
    """Return the undocumented parameters of IS.VPBX's own event, which are sent on."""
    if not _is_own(event):
        return {}
    return {key: value for key, value in inside(event.raw, "params").items() if key not in PARAMS[name]}


def _direction(event: CallEvent, call: Call) -> Direction | None:
    found: Direction | None = event.direction or call.known("direction")
    return found


def _phone(number: Number | None) -> str:
    """Return E.164 without `+`, as in the document's examples, else the number as received."""
    return number_text(number).removeprefix("+") if number else ""


def _call_id(told: _EventWithCall) -> str:
    """Return the vendor's own id of its call, the hub's id of another vendor's call."""
    if _is_own(told.event):
        return told.event.external_id
    return told.call.external_id if told.call.dialect == OWN else told.call.id


def _extension(told: _EventWithCall) -> str:
    if told.event.kind is Kind.CALL_STARTED:
        return _phone(told.event.extension)
    return _phone(told.best("extension"))


def _disposition(told: _EventWithCall) -> str:
    if _is_own(told.event) and told.event.cause:
        return told.event.cause
    found = told.call.agreed(told.best("disposition"))
    if found in DISPOSITION_CODES:
        return DISPOSITION_CODES[found]
    return DISPOSITION_CODES[Disposition.ANSWERED if told.call.answered else Disposition.NO_ANSWER]


def _record(told: _EventWithCall) -> str:
    """Return the hub's link, which opens with the hub's tokens; else the vendor's URL, or an empty string."""
    found = told.best("recording") or ""
    if told.base_url and ":" in found:
        return f"{told.base_url}/api/v1/record/{told.call.id}"
    return found if "://" in found else ""


def _voicemail(told: _EventWithCall) -> str:
    """Return the hub's link, where the voicemail will be served; without `base_url` the vendor's link."""
    if told.base_url:
        return f"{told.base_url}/api/v1/voicemail/{told.call.id}"
    return told.event.voicemail or ""


GETTERS: dict[str, Callable[[_EventWithCall], Any]] = {
    "call_id": _call_id,
    "event_date": lambda told: local_time(told.event.at, ZONE),
    "src_phone": lambda told: _phone(told.best("caller")),
    "dst_phone": lambda told: _phone(told.best("callee")),
    "direction": lambda told: DIRECTION_CODES[_direction(told.event, told.call) or Direction.INCOMING],
    "real_local_number": _extension,
    "disposition": _disposition,
    "duration": lambda told: told.call.duration or 0,
    "billsec": lambda told: told.call.talk_duration or 0,
    "wait_time": lambda told: told.call.wait_duration or 0,
    "record": _record,
    "vm_type": lambda told: told.best("voicemail_type") or 1,
    "vm_record_url": _voicemail,
}
