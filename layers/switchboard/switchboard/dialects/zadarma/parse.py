"""Zadarma's notifications, read into the hub's form (user-api-v1, `lib/Webhook`).

An event carries one time, the start of its call. So the time of any later event is the time of its receipt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.dialects.model import Arrival, Reply
from switchboard.dialects.reading import event_id, hashed_call_id, moment, text, unread_clock, whole
from switchboard.dialects.zadarma.tables import (
    ANSWER,
    CAUSES,
    DIRECTIONS,
    DISPOSITIONS,
    IDENTITY,
    KINDS,
    NAME,
    STARTS,
    ZONE,
)
from switchboard.kernel.call import CallEvent, Disposition, Kind, Number
from switchboard.kernel.numbers import as_extension, digits_of, read_extension, read_number

RECORDED = "1"


def handshake(arrival: Arrival) -> Reply | None:  # noqa: ARG001 - every dialect has the verb
    """Return None: Zadarma checks an address with a GET, which `echo` of the registry answers."""
    return None


def parse(arrival: Arrival) -> CallEvent:
    """Return the event. Never raises: unreadable fields are None."""
    body, source = arrival.body, arrival.source
    name, call = text(body, "event") or "", text(body, "pbx_call_id") or ""
    started_at = moment(body, "call_start", source.timezone or ZONE, arrival.received_at)
    return CallEvent(
        id=event_id(source.id, _identity(body, name, call), "" if call else f"{arrival.received_at:%Y%m%d%H%M}"),
        account=source.account,
        source=source.id,
        dialect=NAME,
        kind=KINDS.get(name, Kind.UNKNOWN),
        name=name,
        call_id=hashed_call_id(source.id, call) if call else "",
        external_id=call,
        at=(started_at if name in STARTS else None) or arrival.received_at,
        received_at=arrival.received_at,
        raw=body,
        started_at=started_at,
        clock=unread_clock(body, "call_start", started_at, arrival.received_at),
        recording=_recording(body),
        **_parties(body, name, source.region),
        **_ending(body, name),
    )


def _identity(body: Mapping[str, Any], name: str, call: str) -> Mapping[str, Any]:
    """Return what makes the event the same event."""
    return {field: text(body, field) or "" for field in IDENTITY[name]} if call and name in IDENTITY else body


def _parties(body: Mapping[str, Any], name: str, region: str) -> dict[str, Any]:
    called = read_number(text(body, "called_did"), region)
    destination = read_number(text(body, "destination"), region)
    extension = read_extension(text(body, "internal"), region)
    if name == ANSWER and destination and _is_internal(destination):
        extension, destination = extension or as_extension(destination), None
    return {
        "direction": DIRECTIONS.get(name),
        "caller": read_number(text(body, "caller_id"), region),
        "callee": called or destination,
        "line": called,
        "extension": extension,
    }


def _is_internal(number: Number) -> bool:
    """Whether the number answered is an extension, and no number of the public network."""
    return number.e164 is None and bool(digits_of(number))


def _ending(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return how the call ended. `duration` is read as the talk of an answered call; the document says 'length'."""
    if KINDS.get(name) is not Kind.CALL_ENDED:
        return {}
    word, code = text(body, "disposition"), text(body, "status_code")
    disposition = DISPOSITIONS.get((word or "").lower()) or CAUSES.get(code or "")
    if disposition is None and (word or code):
        disposition = Disposition.UNKNOWN
    talked = whole(body, "duration")
    return {
        "disposition": disposition,
        "cause": word or code,
        "talk_duration": talked if disposition in (None, Disposition.ANSWERED, Disposition.UNKNOWN) else 0,
    }


def _recording(body: Mapping[str, Any]) -> str | None:
    """Return the reference of the recording; None for a call without a recording."""
    recorded = text(body, "call_id_with_rec")
    return f"{NAME}:{recorded}" if recorded and text(body, "is_recorded") in (None, RECORDED) else None
