"""Restart the workflows of erasures whose workflow failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.erasures.model import Erasure, ErasureState
from switchboard.erasures.ports import EraseWorkflows, Erasures
from switchboard.turns import Look, Watch

OVERDUE = timedelta(minutes=30)  # longer than a turn with its retries


@dataclass(frozen=True, slots=True)
class WatchErasures(Watch[Erasure]):
    """The watch over erasures."""

    erasures: Erasures
    workflows: EraseWorkflows
    clock: Callable[[], datetime]

    @property
    def patience(self) -> timedelta:
        """Thirty minutes."""
        return OVERDUE

    def due(self, before: datetime) -> Sequence[Erasure]:
        """Return the unfinished erasures whose next turn was due before this time."""
        unfinished = (one for one in self.erasures.all() if one.state is not ErasureState.DONE)
        return [one for one in unfinished if (one.next_at or one.asked_at) < before]

    def restart(self, work: Erasure, look: Look) -> Erasure | None:
        """Start a newer part."""
        wait = look.wait(work.next_at)
        newer = self.erasures.save(replace(work, part=look.part))
        self.workflows.erase(newer.id, newer.part, wait)
        return newer
