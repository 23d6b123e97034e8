"""A recording's workflow may come to grief; the watch sees that it is fetched all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from switchboard.recordings.model import Recording
from switchboard.recordings.ports import FetchWorkflows, Recordings

OVERDUE = timedelta(minutes=30)  # longer than a turn and its retries take
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WatchRecordings:
    """Start a new part of the workflow of every recording whose next attempt is overdue."""

    recordings: Recordings
    workflows: FetchWorkflows
    clock: Callable[[], datetime]

    def __call__(self, overdue: timedelta = OVERDUE) -> list[Recording]:
        """The recordings that were overdue. Where a worker may still be at one, another would write the same object."""
        now = self.clock()
        return self._hand_on([one for one in self.recordings.overdue(now - overdue) if not one.is_leased(now)])

    def start_all(self) -> list[Recording]:
        """Start a new part for every one that is waited for, each at its time: for where no workflow runs any more.

        No worker does either: leases are nobody's.
        """
        return self._hand_on([replace(one, leased_until=None) for one in self.recordings.overdue(NEVER)])

    def _hand_on(self, overdue: Iterable[Recording]) -> list[Recording]:
        """The part is named for the second: two watches at once start one, and older parts end at their next turn."""
        now, handed = self.clock(), []
        for recording in overdue:
            wait = max(0.0, (recording.next_at - now).total_seconds()) if recording.next_at else 0.0
            following = replace(recording, part=int(now.timestamp()), next_at=now + timedelta(seconds=wait))
            if self.recordings.save(recording, following):
                self.workflows.fetch(following, wait)
                handed.append(following)
        return handed
