"""Mango's events, read into the hub's form (VPBX API, 'Уведомления').

`entry_id` is the call and `call_id` one leg of it. Numbers and codes come as integers and as strings. Notifications
are sent in parallel, so they arrive in any order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from switchboard.dialects.mango.legs import leg_of
from switchboard.dialects.mango.signature import JSON, KEY, SIGN, is_probe
from switchboard.dialects.mango.tables import (
    ADDED,
    CALL,
    COMPLETED,
    DIRECTIONS,
    KEPT,
    KINDS,
    OTHERS,
    RECORDING,
    RESULT,
    SHAPES,
    SUMMARY,
    ZONE,
    disposition_of,
)
from switchboard.dialects.model import Arrival, Reply
from switchboard.dialects.reading import event_id, hashed_call_id, inside, moment, text, unread_clock, whole
from switchboard.errors import Invalid
from switchboard.kernel.call import CallEvent, Direction, Disposition, Kind
from switchboard.kernel.json_objects import object_in
from switchboard.kernel.numbers import read_extension, read_number

EVENTS = "events/"
REFERENCE = "mango"  # the scheme of a recording's reference


def handshake(arrival: Arrival) -> Reply | None:
    """Return the answer to the check of the connection, which has no `json`; None for an event."""
    return Reply("ok", "text/plain; charset=utf-8") if is_probe(arrival.body) else None


def parse(arrival: Arrival) -> CallEvent:
    """Return the event. Never raises: a `json` that is no object becomes an unknown event with the text in `raw`."""
    body, source, received = _payload(arrival.body), arrival.source, arrival.received_at
    name = _name(arrival.path, body)
    entry, time = text(body, "entry_id") or "", "end_time" if name == SUMMARY else "timestamp"
    at = moment(body, time, source.timezone or ZONE, received)
    return CallEvent(
        id=event_id(source.id, body, name if entry or at else f"{name}{received:%Y%m%d%H%M}"),
        account=source.account,
        source=source.id,
        dialect="mango",
        name=name,
        call_id=hashed_call_id(source.id, entry) if entry else "",
        external_id=entry,
        at=at or received,
        received_at=received,
        raw=body,
        clock=unread_clock(body, time, at, received),
        **_told(name, body, source.region),
    )


def _payload(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object in the field `json`, else the body without its credentials."""
    sent = body.get(JSON)
    if isinstance(sent, str):
        try:
            return object_in(sent.encode("utf-8", "surrogatepass"))
        except (Invalid, ValueError):
            return {JSON: sent}
    return {name: value for name, value in body.items() if name not in {KEY, SIGN}}


def _name(path: str, body: Mapping[str, Any]) -> str:
    """Return the name of the event: of its path, or of the field that no other event has."""
    name = path.removeprefix(EVENTS) or next((event for field, event in SHAPES.items() if field in body), "")
    return f"{CALL}.{text(body, 'call_state') or ''}" if name == CALL else name


def _told(name: str, body: Mapping[str, Any], region: str) -> dict[str, Any]:
    if name.startswith(f"{CALL}."):
        return _of_leg(name, body, region)
    if name == SUMMARY:
        return _of_summary(body, region)
    if name in OTHERS or name.startswith(RESULT):
        return {"kind": Kind.CUSTOM}
    return {"kind": KINDS.get(name, Kind.UNKNOWN), "recording": _recording(name, body)}


def _recording(name: str, body: Mapping[str, Any]) -> str | None:
    """Return the reference of a file that Mango keeps. Of a file that was not kept no event `record/added` comes."""
    recording = text(body, "recording_id")
    done = text(body, "recording_state") == COMPLETED and text(body, "completion_code") in {None, KEPT}
    is_kept = name == ADDED or (name == RECORDING and done and text(body, "recipient") != "Mail")
    return f"{REFERENCE}:{recording}" if recording and is_kept else None


def _of_leg(name: str, body: Mapping[str, Any], region: str) -> dict[str, Any]:
    leg = leg_of(body)
    known = name in KINDS
    return {
        "kind": leg.kind if known else Kind.UNKNOWN,
        **_parties(body, leg.direction, region, is_turned=leg.is_first_of_callback),
        "extension": read_extension(leg.extension, region),
        "command": leg.command,
    }


def _parties(
    body: Mapping[str, Any], direction: Direction | None, region: str, *, is_turned: bool = False
) -> dict[str, Any]:
    """Return who called whom. `is_turned`: the employee is rung first, so the client stands as the caller."""
    caller, called = inside(body, "from"), inside(body, "to")
    line = read_number(text(called, "line_number") or text(body, "line_number"), region)
    client, employee = (caller, called) if is_turned else (called, caller)
    if direction is Direction.INCOMING:
        first, second = _number(caller, region), line or _number(called, region)
    else:
        first, second = read_number(text(employee, "extension"), region), _number(client, region)
    return {"direction": direction, "caller": first, "callee": second, "line": line}


def _number(party: Mapping[str, Any], region: str) -> Any:
    """Return a party's number: an employee's address at Mango says less than the extension."""
    number, extension = text(party, "number") or "", text(party, "extension")
    return read_number(extension if extension and number.startswith("sip:") else number, region)


def _of_summary(body: Mapping[str, Any], region: str) -> dict[str, Any]:
    """Return the end of the call. A talk of no time is none, whatever `entry_result` says."""
    began, talked, ended = (whole(body, name) or 0 for name in ("create_time", "talk_time", "end_time"))
    if talked == began and text(body, "entry_result") == "0":
        talked = 0
    direction = DIRECTIONS.get(text(body, "call_direction") or "")
    is_missed = not talked and direction is Direction.INCOMING
    reason = text(body, "disconnect_reason")
    employee = inside(body, "to" if direction is Direction.INCOMING else "from")
    return {
        "kind": Kind.CALL_MISSED if is_missed else Kind.CALL_ENDED,
        **_parties(body, direction, region),
        "extension": read_extension(text(employee, "extension"), region),
        "disposition": Disposition.ANSWERED if talked else disposition_of(reason),
        "cause": reason,
        "started_at": moment(body, "create_time", ZONE) if began else None,
        "answered_at": moment(body, "talk_time", ZONE) if talked else None,
        "duration": max(0, ended - began) if ended and began else None,
        "talk_duration": max(0, ended - talked) if talked and ended else 0,
    }


def as_text(body: Mapping[str, Any]) -> str:
    """Return the text of a message's `json`."""
    return json.dumps(dict(body), ensure_ascii=False, separators=(",", ":"))
