"""The commands that the PBX posts to a CRM, read into the hub's form.

Only a history has a time. For all other commands the time of receipt counts. A repeat has the same words, so the
second ring of one employee in one call cannot be told from a repeat.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from switchboard.dialects.megafon.tables import (
    DIRECTIONS,
    DISPOSITIONS,
    EVENT,
    HISTORY,
    IMPLIED,
    KINDS,
    TOKEN,
    ZONE,
)
from switchboard.dialects.model import Arrival, Reply
from switchboard.dialects.reading import event_id, hashed_call_id, moment, seconds, text, unread_clock
from switchboard.kernel.call import CallEvent, Direction, Disposition, Kind
from switchboard.kernel.numbers import read_extension, read_number


def handshake(arrival: Arrival) -> Reply | None:  # noqa: ARG001 - every dialect has the verb
    """Return None: the PBX does not verify the address."""
    return None


def parse(arrival: Arrival) -> CallEvent:
    """Return the event; `callid` identifies the call. The token never stays in the payload."""
    source = arrival.source
    body = {field: value for field, value in arrival.body.items() if field != TOKEN}
    name, call = name_of(body), text(body, "callid") or ""
    zone, received = source.timezone or ZONE, arrival.received_at
    started_at = moment(body, "start", zone, received) if name == HISTORY else None
    return CallEvent(
        id=event_id(source.id, body, "" if call or started_at else f"{received:%Y%m%d%H%M}"),
        account=source.account,
        source=source.id,
        dialect="megafon",
        kind=KINDS.get(name, Kind.UNKNOWN),
        name=name,
        call_id=hashed_call_id(source.id, call) if call else "",
        external_id=call,
        at=_ended_at(body, started_at, received) if name == HISTORY else received,
        received_at=received,
        started_at=started_at,
        raw=body,
        clock=unread_clock(body, "start", started_at, received) if name == HISTORY else None,
        **_parties(body, name, source.region),
        **(_result(body) if name == HISTORY else {}),
    )


def name_of(body: Mapping[str, Any]) -> str:
    """Return the name of a command: the type in capitals of an `event`, else the command in small letters."""
    command = (text(body, "cmd") or "").lower()
    return (text(body, "type") or EVENT).upper() if command == EVENT else command


def _ended_at(body: Mapping[str, Any], started_at: datetime | None, received: datetime) -> datetime:
    """Return the start plus the duration; the time of receipt if either is missing, or if the sum lies after it."""
    lasted = seconds(body, "duration")
    return min(received, started_at + timedelta(seconds=lasted)) if started_at and lasted is not None else received


def _direction(body: Mapping[str, Any], name: str) -> Direction | None:
    told = (text(body, "type" if name == HISTORY else "direction") or "").lower()
    return DIRECTIONS.get(told) or IMPLIED.get(name)


def _parties(body: Mapping[str, Any], name: str, region: str) -> dict[str, Any]:
    """Return the client `phone`, the account's number `diversion`, and the employee: `ext`, else the login `user`."""
    direction = _direction(body, name)
    client, own = (read_number(text(body, field), region) for field in ("phone", "diversion"))
    outward = direction is Direction.OUTGOING
    return {
        "direction": direction,
        "caller": own if outward else client if direction else None,
        "callee": client if outward else own if direction else None,
        "line": own,
        "extension": read_extension(text(body, "ext"), region) or read_extension(text(body, "user"), region),
    }


def _result(body: Mapping[str, Any]) -> dict[str, Any]:
    status = text(body, "status")
    disposition = DISPOSITIONS.get(status.lower(), Disposition.UNKNOWN) if status else None
    return {
        "disposition": disposition,
        "cause": status,
        "duration": seconds(body, "duration"),
        "talk_duration": None if disposition in (None, Disposition.ANSWERED, Disposition.UNKNOWN) else 0,
        "recording": text(body, "link"),
    }
