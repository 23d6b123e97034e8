"""SpRecord's events, read into the hub's form, and its handshake (sprecord-events, 'Web Hook').

Events carry neither a time nor an id. The device counts call ids and starts over. The end of a call names no numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from switchboard.dialects.model import Arrival, Reply
from switchboard.dialects.reading import event_id, hashed_call_id, inside, moment, seconds, text, unread_clock
from switchboard.dialects.sprecord.tables import DIRECTIONS, DISPOSITIONS, KINDS, OWN_SIDE, ZONE
from switchboard.dialects.sprecord.verification import VERIFICATION, md5_of
from switchboard.kernel.call import CallEvent, Disposition, Kind, Number
from switchboard.kernel.ids import plain_id
from switchboard.kernel.numbers import as_extension, digits_of, read_extension, read_number


def handshake(arrival: Arrival) -> Reply | None:
    """Return the hex MD5 of the payload, as plain text or, if the source is set so, as `{"result": ...}`."""
    if arrival.body.get("event_type") != VERIFICATION:
        return None
    payload = str(arrival.body.get("payload", ""))
    answer = md5_of(payload)
    if arrival.source.verification == "json":
        return Reply(json.dumps({"result": answer}), "application/json")
    return Reply(answer, "text/plain; charset=utf-8")


def parse(arrival: Arrival) -> CallEvent:
    """Return the event. `device_id` and `call_id` identify the call; the time of receipt is the event's time."""
    body, source = arrival.body, arrival.source
    payload = inside(body, "payload")
    name = text(body, "event_type") or ""
    at = moment(payload, "date", source.timezone or ZONE, arrival.received_at)
    external_id = _external_id(body, payload)
    return CallEvent(
        id=event_id(source.id, body, "" if external_id else f"{arrival.received_at:%Y%m%d%H%M}"),
        account=source.account,
        source=source.id,
        dialect="sprecord",
        kind=KINDS.get(name, Kind.UNKNOWN),
        name=name,
        call_id=hashed_call_id(source.id, external_id) if external_id else "",
        external_id=external_id,
        reusable_ids=True,
        at=at or arrival.received_at,
        received_at=arrival.received_at,
        raw=body,
        clock=unread_clock(payload, "date", at, arrival.received_at),
        recording=_recording(payload, source.recording_url),
        **_details(payload, name, source.region),
    )


def _recording(payload: Mapping[str, Any], address: str) -> str | None:
    """Return the address of the recording if the source has one, else the bare `record_id`."""
    record_id = text(payload, "record_id")
    return address.replace("{record_id}", quote(record_id, safe="")) if record_id and address else record_id


def _external_id(body: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    call_id = text(payload, "call_id")
    return f"{text(body, 'device_id') or ''}:{plain_id(call_id)}" if call_id else ""


def _details(payload: Mapping[str, Any], name: str, region: str) -> dict[str, Any]:
    status = text(payload, "status")
    caller = read_number(text(payload, "call_src") or text(payload, "sms_src"), region)
    callee = read_number(text(payload, "call_dst"), region)
    return {
        "direction": DIRECTIONS.get(name),
        "caller": caller,
        "callee": callee,
        "trunk": text(payload, "trunk"),
        "extension": read_extension(text(payload, "number"), region) or _own_extension(payload, name, region),
        "disposition": DISPOSITIONS.get(status, Disposition.UNKNOWN) if status else None,
        "cause": status,
        "duration": seconds(payload, "duration"),
        "talk_duration": 0 if name == "call_end" and status not in (None, "success", "not_def") else None,
    }


def _own_extension(payload: Mapping[str, Any], name: str, region: str) -> Number | None:
    """Return the extension: the side that the direction gives, else the only side that is no public number."""
    names = (OWN_SIDE[name],) if name in OWN_SIDE else ("call_src", "call_dst")
    sides = [read_number(text(payload, side), region) for side in names]
    inner = [side for side in sides if side and side.e164 is None and digits_of(side)]
    return as_extension(inner[0]) if len(inner) == 1 else None
