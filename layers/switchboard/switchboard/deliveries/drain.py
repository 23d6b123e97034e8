"""Drain a lane: the worker that holds the lane's group sends the parked deliveries in order.

The queue gives a group to one worker at a time. So a receiver has at most as many requests in flight as groups. Fast
retries, probes and the workflow all work by these messages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.deliveries import breaker
from switchboard.deliveries.attempts import AttemptResult
from switchboard.deliveries.endpoint import Drain, Endpoint, Lane, RetryPhase
from switchboard.deliveries.fate import denied_since
from switchboard.deliveries.lanes import Lanes
from switchboard.deliveries.model import Attempt
from switchboard.deliveries.ports import DrainQueue, Endpoints
from switchboard.deliveries.retry import Verdict, tells_of_receiver
from switchboard.errors import TryAgain

UNSETTLED_WAIT = 1.0
# The longest time of a page: the other groups in the worker's batch wait for its end.
PAGE_TIME = timedelta(seconds=5)


@dataclass(slots=True)
class _Run:
    """The progress in a lane: `moved` if the first delivery has left the lane.

    `reached` is the id of the latest delivery that was tried or closed. `denied_since` is since when the receiver
    denies the deliveries of this lane.
    """

    endpoint: Endpoint
    moved: bool = False
    delivered: bool = False
    reached: str = ""
    denied_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class DrainLane:
    """Drain one page of a lane. A further message, at the end of the group, drains the next page."""

    endpoints: Endpoints
    queue: DrainQueue
    lanes: Lanes

    def __call__(self, drain: Drain, out_of_time: Callable[[], bool]) -> None:
        """Drain the lane; a repeat does nothing. Raises TryAgain if the time or the receiver's rate is used up.

        Nothing is sent for a suspended account or to a paused receiver: the lane waits.
        """
        lane, endpoint = self.endpoints.lane(drain.key, drain.subject), self.endpoints.get(drain.key)
        if lane is None or endpoint is None or endpoint.paused_at:
            return
        if self.lanes.suspensions.is_suspended(drain.key.account):
            self.lanes.hold_lane(lane, endpoint)
        elif not drain.send:
            self._give_up(lane, endpoint, drain)
        elif not _is_to_be_tried(drain, lane, endpoint):
            self.lanes.drive(lane, drain.laps.after(drain.laps.mark))
        elif endpoint.open and lane.phase is RetryPhase.FAST:
            self.lanes.leave_to_probes(lane)
        else:
            self._send(lane, endpoint, drain, out_of_time)

    def _send(self, lane: Lane, endpoint: Endpoint, drain: Drain, out_of_time: Callable[[], bool]) -> None:
        """Send parked deliveries in order until one fails, the page ends or the time is over."""
        lane = self._anew(lane, endpoint)
        run, until = _Run(endpoint), self.lanes.clock() + PAGE_TIME
        for record in self.lanes.parked(lane):
            if run.moved and self.lanes.clock() >= until:
                break
            if out_of_time():
                self._keep(lane, run)
                raise TryAgain("There is no time left.", after=0)
            try:
                tried = self.lanes.attempt(record, endpoint, run.denied_since)
            except TryAgain:
                self._keep(lane, run)
                raise
            run.denied_since = denied_since(tried.record, endpoint, run.denied_since)
            run.moved, run.reached = run.moved or tried.record.finished, record.delivery.id
            if _has_failed(tried):
                self._failed(lane, endpoint, drain, run, tried.attempt)
                return
            self._note_success(endpoint, run, tried)
        self._go_on(lane, drain, run)

    def _note_success(self, endpoint: Endpoint, run: _Run, tried: AttemptResult) -> None:
        if tried.verdict is Verdict.DELIVERED and not run.delivered:
            run.delivered = True
            self.lanes.note_success(endpoint, tried.record.delivery)

    def _failed(self, lane: Lane, endpoint: Endpoint, drain: Drain, run: _Run, attempt: Attempt | None) -> None:
        if drain.in_round and endpoint.open and tells_of_receiver(attempt):
            self.endpoints.commit(breaker.count_failed_probe(endpoint, attempt))
        if run.moved and self.lanes.leave(lane):
            return
        round_ = drain.ask if drain.in_round else lane.round
        if lane.phase is RetryPhase.SLOW:
            made = self.lanes.rule.fast_attempts if run.moved else lane.attempts + 1
            self.lanes.plan(replace(self._with_head(lane, run), attempts=made, round=round_), attempt, endpoint)
        else:
            made = 1 if run.moved else lane.attempts + 1
            again = replace(self._with_head(lane, run), attempts=made)
            self.lanes.again(again, attempt, drain.laps.after(run.reached))

    def _give_up(self, lane: Lane, endpoint: Endpoint, drain: Drain) -> None:
        """Close expired and unwanted deliveries, up to the first that must still be sent."""
        run, page = _Run(endpoint), self.lanes.parked(lane)
        for record in page:
            if not self.lanes.give_up(record, endpoint):
                self._keep(lane, run)
                return
            run.moved, run.reached = True, record.delivery.id
        self._go_on(lane, drain, run)

    def _go_on(self, lane: Lane, drain: Drain, run: _Run) -> None:
        """Remove the lane if empty, else queue a message for the next page."""
        if self.lanes.leave(lane):
            return
        if not run.moved:
            raise TryAgain("The lane's count is ahead of its places.", UNSETTLED_WAIT)
        self._keep(lane, run)
        laps = drain.laps.after(run.reached)
        if self.lanes.may_go_on(lane, laps):
            self.queue.drain([replace(drain, page=drain.page + 1, laps=laps)])

    def _keep(self, lane: Lane, run: _Run) -> None:
        """If the first delivery has changed, write the lane with the whole schedule ahead."""
        if run.moved:
            made = 0 if lane.phase is RetryPhase.FAST else self.lanes.rule.fast_attempts
            self.lanes.reschedule(replace(self._with_head(lane, run), attempts=made, next_at=lane.due_at))

    def _with_head(self, lane: Lane, run: _Run) -> Lane:
        head = self.lanes.head(lane) if run.moved else None
        return replace(lane, since=run.endpoint.waiting_since(head.parked_at or lane.since)) if head else lane

    def _anew(self, lane: Lane, endpoint: Endpoint) -> Lane:
        """Return a lane from before the receiver's pause with its whole schedule ahead."""
        since = endpoint.waiting_since(lane.since)
        if since == lane.since:
            return lane
        return replace(
            lane, since=since, attempts=0 if lane.phase is RetryPhase.FAST else self.lanes.rule.fast_attempts
        )


def _is_to_be_tried(drain: Drain, lane: Lane, endpoint: Endpoint) -> bool:
    """Whether this message is the planned try of the lane or round. An open breaker admits tries of rounds only."""
    if drain.in_round:
        return drain.ask == endpoint.round and lane.round != endpoint.round
    return drain.ask == lane.due_at and (not endpoint.open or lane.phase is RetryPhase.FAST)


def _has_failed(tried: AttemptResult) -> bool:
    """Whether the receiver failed to take the delivery, also if the schedule has just ended."""
    return not tried.record.finished or tried.verdict is Verdict.FAILED
