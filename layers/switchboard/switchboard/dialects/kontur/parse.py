"""Callbacks of Kontur.CRM's telephony API, read into the hub's form (kontur-crm-telephony).

A callback's name is in the URL, not in the body; here the body holds the name as `callback`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from switchboard.dialects.kontur.tables import (
    DIRECTIONS,
    EVENT,
    FAILED,
    FINISHED,
    KINDS,
    RECORDING,
    REGISTER,
    STARTED,
    ZONE,
)
from switchboard.dialects.model import Arrival, Reply
from switchboard.dialects.reading import event_id, hashed_call_id, inside, moment, text, unread_clock
from switchboard.kernel.call import CallEvent, Direction, Disposition, Kind, Number
from switchboard.kernel.numbers import read_number
from switchboard.kernel.uploads import reference_of

Users = Mapping[str, str]
"""The CRM's user ids → extensions."""

CALLBACK = "callback"
SIDES = ("from", "to")
WHOLE_CALL = (STARTED, FINISHED, REGISTER)
LONGEST_EXTENSION = 15


def handshake(arrival: Arrival) -> Reply | None:  # noqa: ARG001 - every dialect has the verb
    """Return None: Kontur.CRM does not verify webhook addresses."""
    return None


def parse(arrival: Arrival) -> CallEvent:
    """Return the event; `externalId`, else `communicationId`, identifies the call."""
    body = arrival.body
    return parse_callback(arrival, text(body, "externalId") or text(body, "communicationId") or "", {})


def parse_callback(arrival: Arrival, external_id: str, users: Users) -> CallEvent:
    """Return the event of a callback. `external_id` is the telephony's call id, without the integration's name."""
    body, source = arrival.body, arrival.source
    name = _name(body)
    kind = KINDS.get(name, Kind.UNKNOWN)
    at = _time(body)
    return CallEvent(
        id=event_id(source.id, body, "" if external_id or at else f"{arrival.received_at:%Y%m%d%H%M}"),
        account=source.account,
        source=source.id,
        dialect="kontur",
        kind=kind,
        name=name,
        call_id=hashed_call_id(source.id, external_id) if external_id else "",
        external_id=external_id,
        at=at or arrival.received_at,
        received_at=arrival.received_at,
        raw=body,
        recording=_recording(body),
        clock=unread_clock(body, "timestamp", at, arrival.received_at),
        **{**_parties(body, source.region), **_of_leg(body, users)},
        **_of_end(body),
    )


def extension_of(user: str, users: Users) -> Number | None:
    """Return a CRM user's extension. An unknown user id of digits is taken as the extension."""
    found = users.get(user) or (user if user.isdecimal() and len(user) <= LONGEST_EXTENSION else "")
    return Number(found) if found else None


def _name(body: Mapping[str, Any]) -> str:
    callback = text(body, CALLBACK) or ""
    return f"{callback}.{text(body, 'type') or ''}" if callback == EVENT else callback


def _time(body: Mapping[str, Any]) -> datetime | None:
    """Return the time of the event; for register-call the end of the last leg."""
    finished = [at for item in _items(body) if (at := moment(item, "finishedAt", ZONE))]
    return moment(body, "timestamp", ZONE) or max(finished, default=None) or moment(body, "externalCreatedAt", ZONE)


def _parties(body: Mapping[str, Any], region: str) -> dict[str, Any]:
    if text(body, CALLBACK) not in WHOLE_CALL:
        return {}
    client, line = (read_number(text(body, field), region) for field in ("clientPhone", "externalVatsPhone"))
    direction = DIRECTIONS.get(text(body, "direction") or "")
    if direction is Direction.INCOMING:
        return {"direction": direction, "caller": client, "callee": line, "line": line}
    return {"direction": direction, "caller": line, "callee": client, "line": line}


def _of_leg(body: Mapping[str, Any], users: Users) -> dict[str, Any]:
    """Return the extension in a leg, and the direction that its sides imply."""
    callback = text(body, CALLBACK)
    if callback == REGISTER:
        return _of_items(body, users)
    if callback != EVENT:
        return {}
    sides = (text(inside(body, "from"), "type") or "", text(inside(body, "to"), "type") or "")
    if sides == ("user", "user"):
        return _between_users(body, users)
    directions = {("client", "user"): Direction.INCOMING, ("user", "client"): Direction.OUTGOING}
    return {"direction": directions.get(sides), "extension": _user_of(body, users)}


def _between_users(leg: Mapping[str, Any], users: Users) -> dict[str, Any]:
    """Return the parties of an internal leg: the calling user, and the called user whose leg this is."""
    caller, callee = (extension_of(text(inside(leg, side), "userId") or "", users) for side in SIDES)
    return {"caller": caller, "callee": callee, "extension": callee or caller}


def _user_of(leg: Mapping[str, Any], users: Users) -> Number | None:
    """Return the extension of the called user, else of the calling user."""
    for side in ("to", "from"):
        party = inside(leg, side)
        if text(party, "type") == "user" and (user := text(party, "userId")):
            return extension_of(user, users)
    return None


def _of_items(body: Mapping[str, Any], users: Users) -> dict[str, Any]:
    """Return the extension that answered last, else the extension that rang last; of an internal leg both users."""
    items = list(_items(body))
    taken = [item for item in items if moment(item, "startedAt", ZONE)]
    legs = [item for item in taken or items if _user_of(item, users)]
    if legs and all(text(inside(legs[-1], side), "type") == "user" for side in SIDES):
        return {name: number for name, number in _between_users(legs[-1], users).items() if number}
    return {"extension": _user_of(legs[-1], users) if legs else None}


def _of_end(body: Mapping[str, Any]) -> dict[str, Any]:
    if text(body, CALLBACK) == FAILED:
        return {"disposition": Disposition.FAILED}
    if text(body, CALLBACK) != REGISTER:
        return {}
    started_at = moment(body, "externalCreatedAt", ZONE)
    taken = [at for item in _items(body) if (at := moment(item, "startedAt", ZONE))]
    return {
        "started_at": started_at,
        "answered_at": min(taken, default=None),
        "ended_at": max((at for item in _items(body) if (at := moment(item, "finishedAt", ZONE))), default=None),
        "disposition": Disposition.ANSWERED if taken else Disposition.NO_ANSWER,
    }


def _recording(body: Mapping[str, Any]) -> str | None:
    """Return the reference of a file that was uploaded to the hub: of register-call, of the last leg with a file."""
    if text(body, CALLBACK) == RECORDING:
        return reference_of(text(body, "recordingFileId"))
    files = [one for item in _items(body) for one in item.get("recordings") or () if isinstance(one, Mapping)]
    found = [reference for one in files if (reference := reference_of(text(one, "fileId")))]
    return found[-1] if found else None


def _items(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    items = body.get("items")
    if text(body, CALLBACK) == REGISTER and isinstance(items, list):
        yield from (item for item in items if isinstance(item, Mapping))
