"""Windows: the time of day in which calls may begin, in an account's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from switchboard.kernel.campaign import Window

ON_ITS_WAY = timedelta(seconds=5)  # the longest time from an order to its call
DAYS_AHEAD = 3  # a clock change may skip one day's opening


def is_open(window: Window, timezone: str, at: datetime) -> bool:
    """Whether the window is open at a moment."""
    local = at.astimezone(_zone(timezone)).timetz().replace(tzinfo=None)
    if window.since == window.until:
        return True
    if window.since < window.until:
        return window.since <= local < window.until
    return local >= window.since or local < window.until


def may_begin(window: Window, timezone: str, at: datetime) -> bool:
    """Whether an order given at a moment begins its call within the window, even after ON_ITS_WAY."""
    return is_open(window, timezone, at) and is_open(window, timezone, at + ON_ITS_WAY)


def opens_at(window: Window, timezone: str, now: datetime) -> datetime:
    """Return the next moment in which the window is open; `now` if the window is open already."""
    if is_open(window, timezone, now):
        return now
    zone = _zone(timezone)
    today = now.astimezone(zone).date()
    for days in range(DAYS_AHEAD):
        opening = datetime.combine(today + timedelta(days=days), window.since, zone).astimezone(UTC)
        if opening > now and is_open(window, timezone, opening):
            return opening
    return now + timedelta(days=1)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def day_of(now: datetime, timezone: str) -> str:
    """The date (`2026-03-14`) in an account's time zone."""
    return now.astimezone(ZoneInfo(timezone)).date().isoformat()
