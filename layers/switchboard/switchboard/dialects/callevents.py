"""Call events of a multichannel-number service: eight `HookType`s (specification `call-events-webhook`).

Times carry no zone, result codes come as numbers and as strings, and `StartTime` and `Duration` may be missing
where the document demands them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from switchboard.calls.model import CallEvent, Direction, Disposition, Happened, Kind, Number
from switchboard.calls.numbers import read_number
from switchboard.dialects.model import Arrival, Rendered, Reply
from switchboard.dialects.reading import event_id, hashed_call_id, moment, text, whole
from switchboard.dialects.refusals import refuse

__all__ = ["handshake", "parse", "refuse", "render"]

ZONE = "Europe/Moscow"

# Sections 1.1 to 1.8. `Called` of a leg is the employee's number; `CityNumber` is the account's own.
KINDS: dict[str, Kind] = {
    "CreateIncCall": Kind.CALL_STARTED,
    "AttemptIncCallBegin": Kind.LEG_STARTED,
    "ChangeIncCall": Kind.CALL_ANSWERED,
    "AttemptIncCallEnd": Kind.LEG_ENDED,
    "EndIncCall": Kind.CALL_ENDED,
    "MissedIncCall": Kind.CALL_MISSED,
    "CreateOutCall": Kind.CALL_STARTED,
    "EndOutCall": Kind.CALL_ENDED,
}
OUTGOING = frozenset({"CreateOutCall", "EndOutCall"})

# 'Примечания': the table of ResultCode.
DISPOSITIONS: dict[str, Disposition] = {
    "200": Disposition.ANSWERED,
    "304": Disposition.NO_ANSWER,
    "603": Disposition.REJECTED,
    "603-S": Disposition.CANCELLED,
    "403": Disposition.FORBIDDEN,
    "404": Disposition.INVALID_NUMBER,
    "486": Disposition.BUSY,
    "484": Disposition.CONGESTION,
    "503": Disposition.CONGESTION,
    "480": Disposition.UNAVAILABLE,
    "402": Disposition.NO_FUNDS,
    "423": Disposition.BLOCKED,
}

# Which field an event's own time stands in. `EndOutCall` need not have one: then it ended when we heard of it,
# and not when it began.
TIMES: dict[Kind, str] = {
    Kind.CALL_STARTED: "StartTime",
    Kind.LEG_STARTED: "StartTime",
    Kind.CALL_ANSWERED: "StartDuration",
    Kind.LEG_ENDED: "EndTime",
    Kind.CALL_ENDED: "EndTime",
    Kind.CALL_MISSED: "EndTime",
}
ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)


def handshake(arrival: Arrival) -> Reply | None:  # noqa: ARG001 - every dialect has the verb
    """This service does not verify addresses."""
    return None


def parse(arrival: Arrival) -> CallEvent:
    """One event; the session is the call."""
    body, source = arrival.body, arrival.source
    name = text(body, "HookType") or ""
    kind = KINDS.get(name, Kind.UNKNOWN)
    session = text(body, "SessionID") or ""
    at = _time(body, kind, source.timezone or ZONE)
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
        **_parties(body, name, source.region),
        **_result(body, kind, source.timezone or ZONE),
    )


def render(happened: Happened, base_url: str) -> Rendered | None:  # noqa: ARG001 - every dialect has the verb
    """Nothing is delivered in this dialect yet."""
    return None


def _time(body: Mapping[str, Any], kind: Kind, zone: str) -> datetime | None:
    return moment(body, TIMES.get(kind, "StartTime"), zone)


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
    """An employee's number; the city number in its place means that nobody is named."""
    if number is None or number == line or (line and number.e164 and number.e164 == line.e164):
        return None
    return number


def _result(body: Mapping[str, Any], kind: Kind, zone: str) -> dict[str, Any]:
    if kind not in ENDINGS:
        return {}
    code = text(body, "ResultCode")
    talked = whole(body, "Duration")
    disposition = DISPOSITIONS.get(code.upper(), Disposition.UNKNOWN) if code else None
    if disposition is None and kind is Kind.CALL_MISSED:
        disposition = Disposition.NO_ANSWER
    if disposition is None and talked:
        disposition = Disposition.ANSWERED
    return {
        "disposition": disposition,
        "cause": code,
        "talk_duration": talked,
        "started_at": moment(body, "StartTime", zone),
    }
