"""A receiver's workflow may come to grief; the watch sees that its calls are not forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from switchboard.deliveries.endpoint import Endpoint
from switchboard.deliveries.ports import Endpoints, Workflows

OVERDUE = timedelta(minutes=15)  # longer than a turn and its retries take
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WatchEndpoints:
    """Start a new part of the workflow of every receiver whose next attempt is overdue."""

    endpoints: Endpoints
    workflows: Workflows
    clock: Callable[[], datetime]

    def __call__(self, overdue: timedelta = OVERDUE) -> list[Endpoint]:
        """The receivers that were overdue. The part is named for the minute: two watches at once start one."""
        now = self.clock()
        found = self.endpoints.overdue(now - overdue)
        for endpoint in found:
            self.workflows.redeliver(endpoint, part=int(now.timestamp()) // 60, wait=0)
        return found

    def start_all(self) -> list[Endpoint]:
        """Start a new part for every receiver in trouble, each at its own time: for where no workflow runs any more."""
        now = self.clock()
        found = self.endpoints.overdue(NEVER)
        for endpoint in found:
            wait = (endpoint.next_at - now).total_seconds() if endpoint.next_at else 0.0
            self.workflows.redeliver(endpoint, part=int(now.timestamp()), wait=max(0.0, wait))
        return found
