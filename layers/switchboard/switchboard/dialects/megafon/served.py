"""The PBX's API as the hub serves it: requests and answers of both generations. A login is an extension."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from switchboard.accounts.model import Extension
from switchboard.dialects.megafon.errors import refuse
from switchboard.dialects.megafon.tables import TIME
from switchboard.dialects.reading import moment, text, whole
from switchboard.errors import Invalid, NotFound, Refused
from switchboard.kernel.call import Call, Direction, Number, State
from switchboard.kernel.numbers import number_text
from switchboard.kernel.times.zones import zone_named

MOST = 1000  # calls of one history
DAY = timedelta(days=1)
TYPES = ("all", "in", "out", "missed")
PERIODS = ("today", "yesterday", "this_week", "last_week", "this_month", "last_month")
COLUMNS = ("uid", "type", "client", "account", "diversion", "start", "wait", "duration", "record")


@dataclass(frozen=True, slots=True)
class HistoryQuestion:
    """Which calls a history has: those that began from `since` until `until`, of a type, the newest `limit`."""

    since: datetime
    until: datetime
    type: str
    limit: int


def read_call(fields: Mapping[str, Any]) -> tuple[str, str]:
    """Return the employee and the number of a wish to call. Raises Invalid."""
    found = {name: text(fields, name) for name in ("phone", "user")}
    for name, value in found.items():
        if not value:
            raise Invalid("It must be given.", name)
    return str(found["user"]), str(found["phone"])


def in_their_words(error: Refused) -> Refused:
    """Return a refused call with the vendor's names of fields; an unknown employee is a bad parameter."""
    if isinstance(error, NotFound):
        return Invalid("There is no such user.", "user")
    return Invalid(error.message, "phone") if isinstance(error, Invalid) else error


def refuse_second(error: Refused) -> dict[str, Any]:
    """Return the error body of the second generation: `{"message"}`."""
    return {"message": refuse(error)["error"]}


def read_history(fields: Mapping[str, Any], zone: str, now: datetime) -> HistoryQuestion:
    """Return the question. Without `start` and `period` it is about today, local to `zone`. Raises Invalid."""
    kind, period = (text(fields, "type") or "all").lower(), (text(fields, "period") or "today").lower()
    if kind not in TYPES:
        raise Invalid(f"It must be one of {', '.join(TYPES)}.", "type")
    if period not in PERIODS:
        raise Invalid(f"It must be one of {', '.join(PERIODS)}.", "period")
    since, until = _period(period, now.astimezone(zone_named(zone)))
    told = {name: moment(fields, name, "UTC") for name in ("start", "end")}
    for name, value in told.items():
        if value is None and text(fields, name):
            raise Invalid("It must be a time such as 20261130T061500Z.", name)
    if told["start"]:
        since, until = told["start"], told["end"] or now
    return HistoryQuestion(
        since.astimezone(UTC), until.astimezone(UTC), kind, min(whole(fields, "limit") or MOST, MOST)
    )


def _period(name: str, now: datetime) -> tuple[datetime, datetime]:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    week, month = today - DAY * today.weekday(), today.replace(day=1)
    return {
        "today": (today, now),
        "yesterday": (today - DAY, today),
        "this_week": (week, now),
        "last_week": (week - 7 * DAY, week),
        "this_month": (month, now),
        "last_month": ((month - DAY).replace(day=1), month),
    }[name]


def users_first(extensions: Iterable[Extension]) -> list[dict[str, str]]:
    """Return the answer to `accounts`."""
    return [
        {"name": one.number, "realName": one.name or one.number, "ext": one.number, "telnum": "", "email": ""}
        for one in extensions
    ]


def users_second(extensions: Iterable[Extension]) -> list[dict[str, str]]:
    """Return the answer to `GET /users`."""
    return [
        {"login": one.number, "name": one.name or one.number, "ext": one.number, "telnum": "", "email": ""}
        for one in extensions
    ]


def history_rows(calls: Iterable[Call], asked: HistoryQuestion) -> list[dict[str, Any]]:
    """Return the rows of the ended calls of the type, at most `limit`."""
    ended = (_row(call) for call in calls if call.state is State.ENDED)
    return [row for row in ended if _is_asked(row, asked.type)][: asked.limit]


def history_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the rows as CSV: UID, type, client, account, via, start, wait, duration, record."""
    page = io.StringIO()
    writer = csv.writer(page)
    for row in rows:
        start = datetime.fromisoformat(row["start"]).strftime(TIME)
        writer.writerow([start if name == "start" else row[name] for name in COLUMNS])
    return page.getvalue()


def _is_asked(row: Mapping[str, Any], kind: str) -> bool:
    return kind == "all" or (row["status"] == "missed" if kind == "missed" else row["type"] == kind)


def _row(call: Call) -> dict[str, Any]:
    outward = call.known("direction") in (Direction.OUTGOING, Direction.CALLBACK)
    employee = _plain(call.known("extension"))
    own = _plain(call.known("line") or call.known("caller" if outward else "callee"))
    start: datetime = call.known("started_at") or call.first_at
    link = call.known("recording") or ""
    return {
        "uid": call.id,
        "type": "out" if outward else "in",
        "status": "success" if call.answered else "noanswer" if outward else "missed",
        "client": _plain(call.known("callee" if outward else "caller")),
        "user": employee,
        "account": employee,
        "diversion": own,
        "destination": own,
        "start": start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "wait": call.wait_duration or 0,
        "duration": call.duration or 0,
        "record": link if link.startswith(("https://", "http://")) else "",
    }


def _plain(number: Number | None) -> str:
    return number_text(number).removeprefix("+") if number else ""
