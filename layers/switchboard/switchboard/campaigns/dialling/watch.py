"""The workflow of an execution may come to grief; the watch sees that it is driven to its end all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from switchboard.campaigns.dialling.desk import ExecutionDesk
from switchboard.campaigns.dialling.ports import DiallingStore
from switchboard.kernel.campaign import Execution

OVERDUE = timedelta(minutes=20)  # longer than a turn and its retries take
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WatchCampaigns:
    """Start a new part of the workflow of every execution whose next turn is overdue."""

    store: DiallingStore
    desk: ExecutionDesk
    clock: Callable[[], datetime]

    def __call__(self, overdue: timedelta = OVERDUE) -> list[Execution]:
        """The executions that were overdue."""
        return self._hand_on(self.store.overdue(self.clock() - overdue))

    def start_all(self) -> list[Execution]:
        """Start a new part for every execution that is not over: for where no workflow runs any more."""
        return self._hand_on(self.store.overdue(NEVER))

    def _hand_on(self, overdue: Iterable[Execution]) -> list[Execution]:
        """The part is named for the second: two watches at once start one, and older parts end at their next turn."""
        now, handed = self.clock(), []
        for execution in overdue:
            self.store.watch(execution.account, execution.id, now)
            self.desk.hand_on(execution, int(now.timestamp()), 0.0)
            handed.append(execution)
        return handed
