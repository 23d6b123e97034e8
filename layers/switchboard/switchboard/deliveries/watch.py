"""Restart the workflows of failing endpoints, and send the lost messages of lanes again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.deliveries import episode
from switchboard.deliveries.endpoint import Drain, Endpoint
from switchboard.deliveries.ports import DrainQueue, Endpoints, Workflows
from switchboard.turns import Look, Watch

OVERDUE = timedelta(minutes=20)  # longer than a turn with its retries, and than a fast retry waits


@dataclass(frozen=True, slots=True)
class WatchEndpoints(Watch[Endpoint]):
    """The watch over endpoints. An endpoint without a workflow may have lanes that wait for a lost message."""

    endpoints: Endpoints
    queue: DrainQueue
    workflows: Workflows
    clock: Callable[[], datetime]

    @property
    def patience(self) -> timedelta:
        """Twenty minutes."""
        return OVERDUE

    def due(self, before: datetime) -> Sequence[Endpoint]:
        """Return the endpoints with trouble or waiting lanes whose next attempt was due before this time."""
        return self.endpoints.overdue(before)

    def restart(self, work: Endpoint, look: Look) -> Endpoint | None:
        """Start a newer part for a failing endpoint; send the lost messages of another endpoint's lanes again.

        After a restart of the hub the messages are still in their queues.
        """
        if work.failing:
            self._hand_on(work, look)
            return work
        return None if look.all_ended else self._send_again(work, look)

    def _send_again(self, endpoint: Endpoint, look: Look) -> Endpoint | None:
        if self.endpoints.commit(episode.stop_watching(endpoint)):
            return None
        waiting = [] if endpoint.paused_at else self.endpoints.lanes(endpoint.key)
        lost = [lane for lane in waiting if lane.due_at < look.before]
        self.queue.drain([Drain(lane.key, lane.subject, lane.group, lane.due_at) for lane in lost])
        self.endpoints.commit(episode.watch_from(endpoint, look.now))
        return endpoint if lost else None

    def _hand_on(self, endpoint: Endpoint, look: Look) -> None:
        wait = look.wait(endpoint.next_at)
        self.endpoints.commit(episode.hand_on(endpoint, look.part, look.now + timedelta(seconds=wait)))
        self.workflows.redeliver(endpoint, look.part, wait)
