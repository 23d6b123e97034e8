"""Ports of the activity of sources."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from switchboard.accounts.activity.model import ActivityCounts, ActivityHour, RefusedRequest, SilenceWatch


class SourceActivity(Protocol):
    """Counts of sources by the hour, kept for 35 days; and the last 20 refused requests of each, kept for 7 days."""

    def count(self, source_id: str, hour: datetime, counts: ActivityCounts) -> None:
        """Add counts to an hour, atomically."""

    def hours(self, source_id: str, since: datetime) -> list[ActivityHour]:
        """Return the counted hours from `since` on, newest first."""

    def last_event_at(self, source_id: str) -> datetime | None:
        """Return the time of the last counted event, None if 35 days have none."""

    def keep(self, source_id: str, refused: RefusedRequest) -> None:
        """Keep a refused request in the place of the twentieth before."""

    def refused(self, source_id: str, since: datetime) -> list[RefusedRequest]:
        """Return the kept requests from `since` on, newest first."""


class Silences(Protocol):
    """Repository of watches on silence, one for each source with `silent_after`."""

    def get(self, source_id: str) -> SilenceWatch | None: ...
    def all(self) -> list[SilenceWatch]: ...

    def save(self, watch: SilenceWatch) -> SilenceWatch:
        """Save the watch, and return it with its next version. Raises Conflict if the version is out of date."""

    def remove(self, source_id: str) -> None:
        """Delete the watch, if there is one."""
