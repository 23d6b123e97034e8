"""The report of an execution as CSV: a line for each call, and a line for each subscriber without calls."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from switchboard.kernel.campaign import CallRecord
from switchboard.kernel.campaign_outcome import SubscriberOutcome

MARK = "\ufeff"  # the byte order mark, by which spreadsheets detect UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LINES = 200  # subscribers of a piece
HEADINGS = (
    "fullName",
    "phones",
    "notified",
    "reason",
    "number",
    "wave",
    "callStart",
    "callTalkingStart",
    "callEnd",
    "disposition",
    "success",
    "digits",
)


def lines(outcomes: Iterable[SubscriberOutcome], timezone: str, delimiter: str) -> Iterator[str]:
    """Yield the table in pieces, headings first. Times are in the account's zone."""
    zone = ZoneInfo(timezone)
    text = StringIO(newline="")
    table = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    text.write(MARK)
    table.writerow(HEADINGS)
    for place, outcome in enumerate(outcomes, 1):
        table.writerows(_rows(outcome, zone))
        if place % LINES == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: StringIO) -> str:
    found = text.getvalue()
    text.seek(0)
    text.truncate()
    return found


def _rows(outcome: SubscriberOutcome, zone: ZoneInfo) -> Iterator[list[str]]:
    record = outcome.record
    phones = " ".join(outcome.subscriber.phones)
    who = [_plain(outcome.subscriber.full_name), phones, _told(truth=record.notified), record.reason]
    for call in record.calls:
        yield [*who, *_call(call, zone)]
    if not record.calls:
        yield [*who, *[""] * (len(HEADINGS) - len(who))]


def _call(call: CallRecord, zone: ZoneInfo) -> list[str]:
    times = [_time(at, zone) for at in (call.started_at, call.answered_at, call.ended_at)]
    return [call.number, str(call.wave), *times, call.disposition, _told(truth=call.success), _plain(call.digits)]


def _plain(text: str) -> str:
    """Quote text that a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _told(*, truth: bool) -> str:
    return "true" if truth else "false"


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="milliseconds") if at else ""
