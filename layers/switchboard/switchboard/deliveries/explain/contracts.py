"""The query and the JSON of explanations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from pydantic import Field

from switchboard.accounts.model import Account, AccountState
from switchboard.calls.contracts import NOBODY, call_view
from switchboard.contracts import Body, read_body
from switchboard.deliveries.explain.decide import Explanation
from switchboard.deliveries.explain.model import (
    Explained,
    ExplainedCall,
    ExplainedLine,
    ExplainedSource,
    Question,
    Window,
)
from switchboard.deliveries.explain.words import When, sentence
from switchboard.errors import Invalid
from switchboard.kernel.numbers import digits_of, read_number
from switchboard.kernel.targets import shown_url
from switchboard.kernel.times.zones import zone_named

DAY, HOUR, WEEK = 1440, 60, 10_080  # minutes


class ExplainQuery(Body):
    """The query. `within` is in minutes: before and after `at`, or before now."""

    number: str = Field(default="", max_length=64)
    call: str = Field(default="", max_length=200)
    at: str = Field(default="", max_length=40)
    within: int | None = Field(default=None, ge=1, le=WEEK)


def read_question(query: Mapping[str, str], account: Account, now: datetime) -> Question:
    """Return the question in a query. Raises Invalid.

    A time without a zone is in the account's zone; a time of day is the latest such time. Without `at`, the window is
    the last day.
    """
    asked = read_body(ExplainQuery, query)
    if asked.at:
        at, around = _moment(asked.at, account.timezone, now), timedelta(minutes=asked.within or HOUR)
        window = Window(at - around, at + around)
    else:
        window = Window(now - timedelta(minutes=asked.within or DAY), now)
    number = read_number(asked.number, account.region) if asked.number else None
    key = (digits_of(number) or NOBODY) if number else None
    return Question(account.id, window, key, asked.call, account.state is AccountState.SUSPENDED)


def _moment(text: str, zone: str, now: datetime) -> datetime:
    local = now.astimezone(zone_named(zone))
    try:
        of_day = time.fromisoformat(text) if ":" in text[:3] else None
        at = datetime.combine(local.date(), of_day) if of_day else datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("at must be a time, such as 2026-03-14T12:00 or 12:00.", "at") from None
    found = (at if at.tzinfo else at.replace(tzinfo=zone_named(zone))).astimezone(UTC)
    return found - timedelta(days=1) if of_day and found > now else found


def explained_view(found: Explained, account: Account) -> dict[str, Any]:
    """Return the calls with a line for each destination, and what sources refused around that time."""
    when = when_in(account.timezone)
    return {
        "account": account.id,
        "timezone": account.timezone,
        "since": found.window.since,
        "until": found.window.until,
        "says": _summary(found, when),
        "calls": [_call(one, when) for one in found.calls],
        "more": found.more,
        "sources": [_source(one, when) for one in found.sources],
    }


def when_in(zone: str) -> When:
    """Return what writes times in a zone, to the second."""
    return lambda at: at.astimezone(zone_named(zone)).strftime("%Y-%m-%d %H:%M:%S")


def _summary(found: Explained, when: When) -> str:
    span = f"between {when(found.window.since)} and {when(found.window.until)}"
    if not found.calls:
        refused = sum(len(one.refused) for one in found.sources)
        return f"No such call came {span}. " + (
            f"The hub refused {refused} requests of sources in this time: see sources."
            if refused
            else "The hub refused no request of a source in this time."
        )
    if not any(one.lines for one in found.calls):
        return "The account has no destination: add one."
    return f"{len(found.calls)} calls {span}{', and more' if found.more else ''}."


def _call(explained: ExplainedCall, when: When) -> dict[str, Any]:
    return {**call_view(explained.call), "destinations": [_line(one, when) for one in explained.lines]}


def _line(line: ExplainedLine, when: When) -> dict[str, Any]:
    one, found = line.destination, line.found
    known = {"name": one.name, "dialect": one.dialect, "url": shown_url(one.url)} if one else {"removed": True}
    last = found.last_attempt
    return {
        "destination": {"id": line.id, **known},
        "result": found.reach,
        "says": sentence(found, when),
        "detail": found.detail,
        "at": found.at,
        "since": found.since,
        "next_attempt_at": found.next_at,
        "last_answer": {"at": last.at, "status": last.status, "error": last.error} if last else None,
        "delivery": found.record.delivery.id if found.record else None,
        "endpoint": found.record.delivery.endpoint if found.record else None,
        "deliveries": _counts(found),
    }


def _counts(found: Explanation) -> dict[str, int]:
    return dict(Counter(one.state.value for one in found.records))


def _source(explained: ExplainedSource, when: When) -> dict[str, Any]:
    source, refused = explained.source, explained.refused
    last = refused[0] if refused else None
    reasons = Counter(one.reason.value for one in refused)
    told = ", ".join(f"{reason}: {count}" for reason, count in reasons.items())
    says = f"Refused {len(refused)} requests ({told}), the last on {when(last.at)}." if last else "Refused nothing."
    return {
        "id": source.id,
        "name": source.name,
        "dialect": source.dialect,
        "refused": dict(reasons),
        "last_refused": {"at": last.at, "status": last.status or None, "reason": last.reason} if last else None,
        "says": says,
    }
