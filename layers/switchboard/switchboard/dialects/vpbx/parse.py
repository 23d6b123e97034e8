"""IS.VPBX's events, read into the hub's form (is-vpbx-openapi, 'Описание реализованных событий')."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.dialects.model import Arrival, Reply
from switchboard.dialects.reading import (
    event_id,
    hashed_call_id,
    inside,
    is_safe_id,
    moment,
    seconds,
    text,
    unread_clock,
    whole,
)
from switchboard.dialects.vpbx.tables import DIRECTIONS, DISPOSITIONS, FREE_TYPES, KINDS, ZONE
from switchboard.kernel.call import CallEvent, Direction, Disposition, Kind
from switchboard.kernel.ids import plain_id
from switchboard.kernel.numbers import read_extension, read_number

LEG_DIRECTIONS = {"local.in.call": Direction.INCOMING, "local.out.call": Direction.OUTGOING}


def handshake(arrival: Arrival) -> Reply | None:  # noqa: ARG001 - every dialect has the verb
    """Return None: IS.VPBX does not verify webhook addresses."""
    return None


def parse(arrival: Arrival) -> CallEvent:
    """Return the event. A vendor's call id that is safe in a path stays the call's id: the vendor's clients use it."""
    body, source = arrival.body, arrival.source
    params = inside(body, "params")
    name = text(body, "event_name") or ""
    at = moment(params, "event_date", source.timezone or ZONE, arrival.received_at)
    external_id = text(params, "call_id") or ""
    return CallEvent(
        id=event_id(source.id, body, "" if external_id or at else f"{arrival.received_at:%Y%m%d%H%M}"),
        account=source.account,
        source=source.id,
        dialect="vpbx",
        kind=_kind(text(body, "type"), name),
        name=name,
        call_id=_call_id(source.id, external_id),
        external_id=external_id,
        at=at or arrival.received_at,
        received_at=arrival.received_at,
        raw=body,
        clock=unread_clock(params, "event_date", at, arrival.received_at),
        **_details(params, name, source.region),
    )


def _kind(type_: str | None, name: str) -> Kind:
    return KINDS.get(name) or FREE_TYPES.get(type_ or "", Kind.UNKNOWN)


def _call_id(source_id: str, external_id: str) -> str:
    if not external_id or is_safe_id(plain_id(external_id)):
        return plain_id(external_id)
    return hashed_call_id(source_id, external_id)


def _details(params: Mapping[str, Any], name: str, region: str) -> dict[str, Any]:
    disposition = text(params, "disposition")
    return {
        "direction": DIRECTIONS.get(whole(params, "direction") or 0) or LEG_DIRECTIONS.get(name),
        "caller": read_number(text(params, "src_phone"), region),
        "callee": read_number(text(params, "dst_phone"), region),
        "extension": read_extension(text(params, "real_local_number"), region),
        "disposition": DISPOSITIONS.get(disposition.upper(), Disposition.UNKNOWN) if disposition else None,
        "cause": disposition,
        "duration": seconds(params, "duration"),
        "talk_duration": seconds(params, "billsec"),
        "wait_duration": seconds(params, "wait_time"),
        "recording": text(params, "record"),
        "voicemail": text(params, "vm_record_url"),
        "voicemail_type": whole(params, "vm_type"),
    }
