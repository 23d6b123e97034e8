"""Views of the activity of a source in the operator's API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from switchboard.accounts.activity.model import (
    ActivityCounts,
    ActivityHour,
    RefusedRequest,
    SilenceWatch,
    Spent,
    hour_of,
)

SHOWN_HOURS = 24
COUNTED_FOR = timedelta(days=7)
MOST_NAMES = 50


def activity_view(
    hours: Sequence[ActivityHour], last_event_at: datetime | None, watch: SilenceWatch | None, now: datetime
) -> dict[str, Any]:
    """Return the field `activity` of a source: events of the last 24 hours, and counts of the last 7 days."""
    total = sum((one.counts for one in hours), ActivityCounts())
    newest = hour_of(now)
    of_hour = {one.begins_at: one.counts.events for one in hours}
    begins = [newest - timedelta(hours=back) for back in range(SHOWN_HOURS)]
    return {
        "last_event_at": last_event_at,
        "silent_since": watch.silent_since if watch else None,
        "events_by_hour": [{"hour": hour, "events": of_hour.get(hour, 0)} for hour in begins],
        "refused": _most(total.refused),
        "unknown_names": _most(total.unknown_names),
        "doubtful_clocks": _most(total.doubtful_clocks),
    }


def refused_view(refused: RefusedRequest) -> dict[str, Any]:
    """`{"at", "status", "reason", "content_type", "size", "body"}`; `status` is null for an event of a stream."""
    told = {name: value for name, value in asdict(refused).items() if name != "account"}
    return {**told, "status": refused.status or None}


def _most(counts: Any) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: -one[1])[:MOST_NAMES])


def spent_view(spent: Spent) -> dict[str, int]:
    """Return `{"events", "deliveries"}`."""
    return {"events": spent.events, "deliveries": spent.deliveries}
