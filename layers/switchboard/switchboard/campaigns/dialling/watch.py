"""Restart the workflows of executions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.campaigns.dialling.desk import ExecutionDesk
from switchboard.campaigns.dialling.ports import DiallingStore
from switchboard.kernel.campaign import Execution
from switchboard.turns import Look, Watch

OVERDUE = timedelta(minutes=20)  # longer than a turn with its retries


@dataclass(frozen=True, slots=True)
class WatchCampaigns(Watch[Execution]):
    """The watch over executions, dialled here or handed over to another system."""

    store: DiallingStore
    desk: ExecutionDesk
    clock: Callable[[], datetime]

    @property
    def patience(self) -> timedelta:
        """Twenty minutes."""
        return OVERDUE

    def due(self, before: datetime) -> Sequence[Execution]:
        """Return the executions, of all accounts, whose next turn was due before this time."""
        return self.store.overdue(before)

    def restart(self, work: Execution, look: Look) -> Execution:
        """Start a newer part with its first turn at once."""
        self.store.watch(work.account, work.id, look.now)
        self.desk.hand_on(work, look.part, 0.0)
        return work
