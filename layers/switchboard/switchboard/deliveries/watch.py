"""A receiver's workflow may come to grief; the watch sees that its calls are not forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from switchboard.deliveries.endpoint import Endpoint
from switchboard.deliveries.ports import Endpoints, Workflows

OVERDUE = timedelta(minutes=20)  # longer than a turn and its retries take
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WatchEndpoints:
    """Start a new part of the workflow of every receiver whose next attempt is overdue."""

    endpoints: Endpoints
    workflows: Workflows
    clock: Callable[[], datetime]

    def __call__(self, overdue: timedelta = OVERDUE) -> list[Endpoint]:
        """The receivers that were overdue."""
        found = self.endpoints.overdue(self.clock() - overdue)
        for endpoint in found:
            self._hand_on(endpoint, wait=0.0)
        return found

    def start_all(self) -> list[Endpoint]:
        """Start a new part for every receiver in trouble, each at its own time: for where no workflow runs any more."""
        now = self.clock()
        found = self.endpoints.overdue(NEVER)
        for endpoint in found:
            self._hand_on(endpoint, (endpoint.next_at - now).total_seconds() if endpoint.next_at else 0.0)
        return found

    def _hand_on(self, endpoint: Endpoint, wait: float) -> None:
        """The part is named for the second: two watches at once start one, and older parts end at their next turn."""
        now = self.clock()
        part = int(now.timestamp())
        self.endpoints.hand_on(endpoint, part, now + timedelta(seconds=max(0.0, wait)))
        self.workflows.redeliver(endpoint, part, max(0.0, wait))
