"""Restart the workflows of recordings whose workflow failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.recordings.model import Recording
from switchboard.recordings.ports import FetchWorkflows, Recordings
from switchboard.turns import Look, Watch

OVERDUE = timedelta(minutes=30)  # longer than a turn with its retries


@dataclass(frozen=True, slots=True)
class WatchRecordings(Watch[Recording]):
    """The watch over recordings."""

    recordings: Recordings
    workflows: FetchWorkflows
    clock: Callable[[], datetime]

    @property
    def patience(self) -> timedelta:
        """Thirty minutes."""
        return OVERDUE

    def due(self, before: datetime) -> Sequence[Recording]:
        """Return the expected recordings whose next attempt was due before this time."""
        return self.recordings.overdue(before)

    def restart(self, work: Recording, look: Look) -> Recording | None:
        """Start a newer part; None if a worker holds a lease, because two workers would write the same object.

        Leases are ignored when no worker runs any more.
        """
        if work.is_leased(look.now) and not look.all_ended:
            return None
        wait = look.wait(work.next_at)
        next_at = look.now + timedelta(seconds=wait)
        leased_until = None if look.all_ended else work.leased_until
        newer = replace(work, part=look.part, next_at=next_at, leased_until=leased_until)
        if not self.recordings.save(work, newer):
            return None
        self.workflows.fetch(newer, wait)
        return newer
