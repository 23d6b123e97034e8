"""Events of the multichannel-number service, read into the hub's form (call-events-webhook, sections 1.1 to 1.8).

Times carry no zone. Result codes come as numbers and as strings. `StartTime` and `Duration` may be absent, although
the document requires them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from switchboard.dialects.callevents.tables import DISPOSITIONS, KINDS, OUTGOING, TIMES, ZONE
from switchboard.dialects.model import Arrival, Reply
from switchboard.dialects.reading import event_id, hashed_call_id, moment, seconds, text, unread_clock
from switchboard.kernel.call import CallEvent, Direction, Disposition, Kind, Number
from switchboard.kernel.numbers import as_extension, read_number

ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)


def handshake(arrival: Arrival) -> Reply | None:  # noqa: ARG001 - every dialect has the verb
    """Return None: the service does not verify webhook addresses."""
    return None


def parse(arrival: Arrival) -> CallEvent:
    """Return the event; `SessionID` identifies the call."""
    body, source = arrival.body, arrival.source
    name = text(body, "HookType") or ""
    kind = KINDS.get(name, Kind.UNKNOWN)
    session = text(body, "SessionID") or ""
    time = TIMES.get(kind, "StartTime")
    at = moment(body, time, source.timezone or ZONE, arrival.received_at)
    return CallEvent(
        id=event_id(source.id, body, "" if session or at else f"{arrival.received_at:%Y%m%d%H%M}"),
        account=source.account,
        source=source.id,
        dialect="callevents",
        kind=kind,
        name=name,
        call_id=hashed_call_id(source.id, session) if session else "",
        external_id=session,
        at=at or arrival.received_at,
        received_at=arrival.received_at,
        raw=body,
        clock=unread_clock(body, time, at, arrival.received_at),
        **_parties(body, name, source.region),
        **_result(body, kind, source.timezone or ZONE, arrival.received_at),
    )


def _parties(body: Mapping[str, Any], name: str, region: str) -> dict[str, Any]:
    caller, called, line = (read_number(text(body, field), region) for field in ("Caller", "Called", "CityNumber"))
    if name in OUTGOING:
        return {
            "direction": Direction.OUTGOING,
            "caller": caller,
            "callee": called,
            "line": line,
            "extension": _unless_line(caller, line),
        }
    return {
        "direction": Direction.INCOMING if name in KINDS else None,
        "caller": caller,
        "callee": line or called,
        "line": line,
        "extension": _unless_line(called, line),
    }


def _unless_line(number: Number | None, line: Number | None) -> Number | None:
    """Return an employee's number; None if the field repeats the city number, which names no employee."""
    if number is None or number == line or (line and number.e164 and number.e164 == line.e164):
        return None
    return as_extension(number)


def _result(body: Mapping[str, Any], kind: Kind, zone: str, received_at: datetime) -> dict[str, Any]:
    if kind not in ENDINGS:
        return {}
    code = text(body, "ResultCode")
    talked = seconds(body, "Duration")
    disposition = DISPOSITIONS.get(code.upper(), Disposition.UNKNOWN) if code else None
    if disposition is None and kind is Kind.CALL_MISSED:
        disposition = Disposition.NO_ANSWER
    if disposition is None and talked:
        disposition = Disposition.ANSWERED
    return {
        "disposition": disposition,
        "cause": code,
        "talk_duration": talked,
        "started_at": moment(body, "StartTime", zone, received_at),
    }
