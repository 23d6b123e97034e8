"""The report of an execution as rows: one for each call, or for a subscriber without calls. All cells are text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from switchboard.kernel.campaign import CallRecord, Execution
from switchboard.kernel.campaign_outcome import SubscriberOutcome, reached_by, result_of

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
    "result",
    "reached",
)
BETWEEN = "; "  # numbers in a cell


def rows(execution: Execution, outcomes: Iterable[SubscriberOutcome]) -> Iterator[list[str]]:
    """Yield the rows without the headings. Times are in the account's zone."""
    zone = ZoneInfo(execution.timezone)
    for outcome in outcomes:
        record = outcome.record
        who = [outcome.subscriber.full_name, BETWEEN.join(outcome.subscriber.phones)]
        who += [_told(truth=record.notified), record.reason]
        for call in record.calls:
            yield [*who, *_call(execution, call, zone)]
        if not record.calls:
            yield [*who, *[""] * (len(HEADINGS) - len(who))]


def _call(execution: Execution, call: CallRecord, zone: ZoneInfo) -> list[str]:
    times = [_time(at, zone) for at in (call.started_at, call.answered_at, call.ended_at)]
    ended = [call.disposition, _told(truth=call.success), call.digits]
    came_to = [result_of(execution.settings, call), reached_by(execution.settings, call).word]
    return [call.number, str(call.wave), *times, *ended, *came_to]


def _told(*, truth: bool) -> str:
    return "true" if truth else "false"


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="milliseconds") if at else ""
