"""Restart the workflows of replays whose workflow failed, or whose first turn was cut off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.deliveries.replays.model import ReplayRun
from switchboard.deliveries.replays.ports import ReplayRuns, ReplayWorkflows
from switchboard.turns import Look, Watch

OVERDUE = timedelta(minutes=20)  # longer than a turn with its retries


@dataclass(frozen=True, slots=True)
class WatchReplays(Watch[ReplayRun]):
    """The watch over replays."""

    runs: ReplayRuns
    workflows: ReplayWorkflows
    clock: Callable[[], datetime]

    @property
    def patience(self) -> timedelta:
        """Twenty minutes."""
        return OVERDUE

    def due(self, before: datetime) -> Sequence[ReplayRun]:
        """Return the unfinished replays whose next turn was due before this time."""
        return [run for run in self.runs.running() if (run.next_at or run.asked_at) < before]

    def restart(self, work: ReplayRun, look: Look) -> ReplayRun | None:
        """Start a newer part."""
        wait = look.wait(work.next_at)
        newer = self.runs.save(replace(work, part=look.part))
        self.workflows.replay(newer.id, newer.part, wait)
        return newer
