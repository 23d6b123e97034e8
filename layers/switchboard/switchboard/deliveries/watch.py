"""A message or a receiver's workflow may come to grief; the watch sees that no call that waits is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from switchboard.deliveries.endpoint import Drain, Endpoint
from switchboard.deliveries.ports import DrainQueue, Endpoints, Workflows

OVERDUE = timedelta(minutes=20)  # longer than a turn and its retries take, and than a fast retry waits
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WatchEndpoints:
    """Start a new part of the workflow of every receiver whose next attempt is overdue.

    Where there is no workflow yet, and a fast retry is overdue, its message is sent again.
    """

    endpoints: Endpoints
    queue: DrainQueue
    workflows: Workflows
    clock: Callable[[], datetime]

    def __call__(self, overdue: timedelta = OVERDUE) -> list[Endpoint]:
        """The receivers that were overdue."""
        before = self.clock() - overdue
        return [endpoint for endpoint in self.endpoints.overdue(before) if self._drive(endpoint, before)]

    def start_all(self) -> list[Endpoint]:
        """Start a new part for every receiver in trouble, each at its own time: for where no workflow runs any more."""
        now = self.clock()
        found = [endpoint for endpoint in self.endpoints.overdue(NEVER) if endpoint.failing]
        for endpoint in found:
            self._hand_on(endpoint, (endpoint.next_at - now).total_seconds() if endpoint.next_at else 0.0)
        return found

    def _drive(self, endpoint: Endpoint, before: datetime) -> bool:
        if endpoint.failing:
            self._hand_on(endpoint, wait=0.0)
            return True
        if self.endpoints.rest(endpoint):
            return False
        lost = [lane for lane in self.endpoints.lanes(endpoint.key) if lane.due_at < before]
        self.queue.drain([Drain(lane.key, lane.subject, lane.group, lane.due_at) for lane in lost])
        self.endpoints.watch(endpoint, self.clock())
        return bool(lost)

    def _hand_on(self, endpoint: Endpoint, wait: float) -> None:
        """The part is named for the second: two watches at once start one, and older parts end at their next turn."""
        now = self.clock()
        part = int(now.timestamp())
        self.endpoints.hand_on(endpoint, part, now + timedelta(seconds=max(0.0, wait)))
        self.workflows.redeliver(endpoint, part, max(0.0, wait))
