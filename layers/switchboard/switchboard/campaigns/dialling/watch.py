"""The watch over campaigns: executions whose workflow died get a new part."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from switchboard.campaigns.dialling.desk import ExecutionDesk
from switchboard.campaigns.dialling.ports import DiallingStore
from switchboard.kernel.campaign import Execution

OVERDUE = timedelta(minutes=20)  # longer than a turn with its retries
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WatchCampaigns:
    """Start a new part of the workflow of every execution whose next turn is overdue."""

    store: DiallingStore
    desk: ExecutionDesk
    clock: Callable[[], datetime]

    def __call__(self, overdue: timedelta = OVERDUE) -> list[Execution]:
        """Start new parts; return the overdue executions."""
        return self._hand_on(self.store.overdue(self.clock() - overdue))

    def start_all(self) -> list[Execution]:
        """Start a new part for every execution that is not over, after all workflows were lost."""
        return self._hand_on(self.store.overdue(NEVER))

    def _hand_on(self, overdue: Iterable[Execution]) -> list[Execution]:
        """Start parts numbered by the current second. Two watches at once start one part; older parts end."""
        now, handed = self.clock(), []
        for execution in overdue:
            self.store.watch(execution.account, execution.id, now)
            self.desk.hand_on(execution, int(now.timestamp()), 0.0)
            handed.append(execution)
        return handed
