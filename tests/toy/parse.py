"""Toy's events, read into the hub's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.dialects.model import Arrival, Reply
from switchboard.dialects.reading import event_id, hashed_call_id, moment, text, whole
from switchboard.kernel.call import CallEvent, Disposition, Kind
from switchboard.kernel.numbers import read_number
from tests.toy.tables import DIRECTIONS, DISPOSITIONS, KINDS, ZONE


def handshake(arrival: Arrival) -> Reply | None:
    """Return None: Toy does not verify webhook addresses."""
    return None


def parse(arrival: Arrival) -> CallEvent:
    """Return the event. Never raises: unreadable fields are None."""
    body, source = arrival.body, arrival.source
    name, call = text(body, "event") or "", text(body, "call") or ""
    at = moment(body, "at", source.timezone or ZONE)
    return CallEvent(
        # Equal events without call and time are one event if they arrive within the same minute.
        id=event_id(source.id, body, "" if call or at else f"{arrival.received_at:%Y%m%d%H%M}"),
        account=source.account,
        source=source.id,
        dialect="toy",
        kind=KINDS.get(name, Kind.UNKNOWN),
        name=name,
        call_id=hashed_call_id(source.id, call) if call else "",
        external_id=call,
        at=at or arrival.received_at,
        received_at=arrival.received_at,
        raw=body,
        **_details(body, source.region),
    )


def _details(body: Mapping[str, Any], region: str) -> dict[str, Any]:
    result = text(body, "result")
    return {
        "direction": DIRECTIONS.get(text(body, "way") or ""),
        "caller": read_number(text(body, "from"), region),
        "callee": read_number(text(body, "to"), region),
        "extension": read_number(text(body, "desk"), region),
        "disposition": DISPOSITIONS.get(result, Disposition.UNKNOWN) if result else None,
        "cause": result,
        "talk_duration": whole(body, "talked"),
    }
