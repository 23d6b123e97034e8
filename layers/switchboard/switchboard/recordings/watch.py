"""Restart the workflows of recordings whose workflow failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from switchboard.recordings.model import Recording
from switchboard.recordings.ports import FetchWorkflows, Recordings

OVERDUE = timedelta(minutes=30)  # longer than a turn with its retries
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WatchRecordings:
    """Starts a new workflow for every recording whose next attempt is overdue."""

    recordings: Recordings
    workflows: FetchWorkflows
    clock: Callable[[], datetime]

    def __call__(self, overdue: timedelta = OVERDUE) -> list[Recording]:
        """Return the restarted recordings. Leased recordings are left out: two workers would write the same object."""
        now = self.clock()
        return self._hand_on([one for one in self.recordings.overdue(now - overdue) if not one.is_leased(now)])

    def start_all(self) -> list[Recording]:
        """Start a new workflow for every expected recording, at its own time; return the restarted recordings.

        Call this when no workflow and no worker runs any more: leases are ignored.
        """
        return self._hand_on([replace(one, leased_until=None) for one in self.recordings.overdue(NEVER)])

    def _hand_on(self, overdue: Iterable[Recording]) -> list[Recording]:
        """Restart each recording. The second names the part: two watches start one workflow, and older parts end."""
        now, handed = self.clock(), []
        for recording in overdue:
            wait = max(0.0, (recording.next_at - now).total_seconds()) if recording.next_at else 0.0
            following = replace(recording, part=int(now.timestamp()), next_at=now + timedelta(seconds=wait))
            if self.recordings.save(recording, following):
                self.workflows.fetch(following, wait)
                handed.append(following)
        return handed
