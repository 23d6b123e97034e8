"""Lanes that wait: begun by a failure, tried again in order, handed over to the workflow, drained by a success."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from switchboard.deliveries.attempts import Tried, TryDelivery, dead_letter, endpoint_of
from switchboard.deliveries.endpoint import Endpoint, EndpointKey, Lane, Phase
from switchboard.deliveries.model import Attempt, DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Endpoints, Operations, RetryQueue, Workflows
from switchboard.deliveries.retry import RetryRule, Verdict
from switchboard.errors import TryAgain

OPENS_AFTER = 3  # calls whose fast attempts ran out with no success between them: the receiver is down, not the call
REFUSES_AFTER = 5  # final refusals with no success between them: the receiver is broken, not the deliveries
LONGEST_FAST_WAIT = 900.0  # seconds that the queue of retries can hold a message back
BUSY_WAIT = 5.0

REFUSED = "the receiver refused it for good"
SCHEDULE_ENDED = "the receiver did not take it within the schedule"


class Outcome(Enum):
    """What draining a lane came to."""

    EMPTY = auto()
    FAILED = auto()
    BUSY = auto()  # another worker has the lane
    UNFINISHED = auto()  # out of time, or of the receiver's rate


@dataclass(frozen=True, slots=True)
class Drained:
    """The outcome and the last attempt. `delivered` if anything got through, `moved` if the head is another now."""

    outcome: Outcome
    attempt: Attempt | None = None
    delivered: bool = False
    moved: bool = False


@dataclass(slots=True)
class _Run:
    outcome: Outcome | None = None
    attempt: Attempt | None = None
    delivered: bool = False
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Lanes:
    """What is done with lanes that wait. `lease` is how long (seconds) a worker has a lane to itself."""

    endpoints: Endpoints
    retries: RetryQueue
    workflows: Workflows
    try_delivery: TryDelivery
    rule: RetryRule
    operations: Operations
    lease: float
    clock: Callable[[], datetime]

    def begin(self, tried: Tried) -> None:
        """Park a delivery whose first attempt failed, and with it its lane."""
        lane = self.endpoints.park_failed(tried.record, self.clock())
        self.again(lane, tried.attempt)

    def park_unsent(self, record: DeliveryRecord) -> bool:
        """Park a delivery for a receiver that is not to be sent anything; False where that is over."""
        return self.endpoints.park_unsent(record, self.clock(), self.rule.fast_attempts)

    def drive(self, key: EndpointKey, subject: str) -> None:
        """See that a lane is tried again, whoever was to see to it: its own message, or the workflow."""
        lane = self.endpoints.lane(key, subject)
        if lane is not None and lane.phase is Phase.FAST:
            self.retries.send(key, subject, self.rule.schedule[0])
        elif lane is not None:
            self.start_workflow(key)

    def retry(self, key: EndpointKey, subject: str, out_of_time: Callable[[], bool]) -> None:
        """Try a lane of the fast path again; TryAgain where another worker is at it."""
        lane = self.endpoints.lane(key, subject)
        if lane is None:
            return
        if lane.phase is Phase.SLOW:  # handed over, perhaps by a worker that was cut off before the workflow began
            self.start_workflow(key)
            return
        endpoint = self.endpoints.get(key)
        if endpoint is not None and endpoint.open:
            self._leave_to_probes(lane)
            return
        drained = self.drain(lane, out_of_time)
        match drained.outcome:
            case Outcome.BUSY:
                raise TryAgain("Another worker has the lane.", BUSY_WAIT)
            case Outcome.UNFINISHED:
                self.retries.send(key, subject, 1.0)
            case Outcome.FAILED:
                made = 1 if drained.moved else lane.attempts + 1
                self.again(replace(lane, attempts=made), drained.attempt)
            case Outcome.EMPTY:
                pass

    def _leave_to_probes(self, lane: Lane) -> None:
        """Hand a lane over untried: the breaker opened while it waited for its next fast attempt."""
        if not self._lease(lane):
            raise TryAgain("Another worker has the lane.", BUSY_WAIT)
        self.endpoints.reschedule(replace(lane, attempts=self.rule.fast_attempts, phase=Phase.SLOW))
        self.start_workflow(lane.key)

    def again(self, lane: Lane, attempt: Attempt | None) -> None:
        """Plan the next try after a failed one: a fast one, or the workflow's."""
        wait = self.rule.fast_wait(attempt)
        if lane.attempts >= self.rule.fast_attempts or wait > LONGEST_FAST_WAIT:
            self._hand_over(lane, attempt)
            return
        self.endpoints.reschedule(replace(lane, next_at=self._in(wait)))
        self.retries.send(lane.key, lane.subject, wait)

    def drain(self, lane: Lane, out_of_time: Callable[[], bool]) -> Drained:
        """Send what waits in a lane, in order, until one fails, none is left or the time is over."""
        if not self._lease(lane):
            return Drained(Outcome.BUSY)
        run = _Run()
        while run.outcome is None:
            waiting = self.endpoints.parked(lane)
            if not waiting and self.endpoints.leave(lane):
                run.outcome = Outcome.EMPTY
            for record in waiting:
                self._step(lane, record, run, out_of_time)
                if run.outcome is not None:
                    break
        if run.outcome is Outcome.UNFINISHED:
            self.endpoints.reschedule(self._with_new_head(lane) if run.moved else lane)
        return Drained(run.outcome, run.attempt, run.delivered, run.moved)

    def _step(self, lane: Lane, record: DeliveryRecord, run: _Run, out_of_time: Callable[[], bool]) -> None:
        tried = None if out_of_time() else self._try(record)
        if tried is None:
            run.outcome = Outcome.UNFINISHED
            return
        run.attempt = tried.attempt
        if not tried.record.finished:
            run.outcome = Outcome.FAILED
            return
        run.moved = True
        if tried.verdict is Verdict.DELIVERED and not run.delivered:
            run.delivered = True
            self.endpoints.succeeded(lane.key, self.clock())

    def expire(self, lane: Lane) -> None:
        """Make dead letters of what a lane has held for the whole schedule, from its head on."""
        if not self._lease(lane):
            return
        left = lane
        for record in self.endpoints.parked(lane):
            if not self.expired(record):
                break
            dead = record.closed(DeliveryState.DEAD, self.clock(), SCHEDULE_ENDED)
            self.endpoints.settle(dead)
            self.tell_dead(dead)
            left = self._with_new_head(lane)
        if not self.endpoints.leave(lane):
            self.endpoints.reschedule(left)

    def _with_new_head(self, lane: Lane) -> Lane:
        """The lane whose first delivery is another one now, which has all its attempts before it."""
        return replace(lane, attempts=0 if lane.phase is Phase.FAST else self.rule.fast_attempts)

    def refuse(self, tried: Tried) -> Tried:
        """Make a refused delivery a dead letter, and count the refusal."""
        record = tried.record
        dead = replace(tried, record=record.closed(DeliveryState.DEAD, self.clock(), REFUSED))
        self.endpoints.refused(endpoint_of(record.delivery), record.delivery.receiver)
        self.tell_dead(dead.record)
        return dead

    @staticmethod
    def refuses_everything(endpoint: Endpoint) -> bool:
        """Whether final refusals are all that a receiver says."""
        return endpoint.refusals >= REFUSES_AFTER

    def tell_dead(self, record: DeliveryRecord) -> None:
        """Let the operator know of a dead letter."""
        self.operations.tell("delivery.dead", dead_letter(record))

    def start_workflow(self, key: EndpointKey) -> None:
        """Have the endpoint's episode driven; a second start of the same is none."""
        endpoint = self.endpoints.get(key)
        if endpoint is None:
            return
        if not endpoint.failing:
            endpoint = self.endpoints.begin(endpoint, self.clock(), self._in(self.rule.slow_wait(0, None)))
            told = {"account": key.account, "endpoint": key.id, "receiver": endpoint.receiver}
            self.operations.tell("endpoint.failing", told)
        wait = (endpoint.next_at - self.clock()).total_seconds() if endpoint.next_at else 0.0
        self.workflows.redeliver(endpoint, part=0, wait=max(0.0, wait))

    def _try(self, record: DeliveryRecord) -> Tried | None:
        try:
            tried = self.try_delivery(record)
        except TryAgain:
            return None
        if tried.verdict is Verdict.REFUSED and not self._refuses_everything(record):
            tried = self.refuse(tried)
        elif not tried.record.finished and self.expired(record):
            tried = replace(tried, record=tried.record.closed(DeliveryState.DEAD, self.clock(), SCHEDULE_ENDED))
            self.tell_dead(tried.record)
        self.endpoints.settle(tried.record)
        return tried

    def _refuses_everything(self, record: DeliveryRecord) -> bool:
        endpoint = self.endpoints.get(endpoint_of(record.delivery))
        return endpoint is not None and self.refuses_everything(endpoint)

    def expired(self, record: DeliveryRecord) -> bool:
        """Whether a delivery has waited for as long as the schedule is, however often it was tried meanwhile."""
        return record.parked_at is not None and self.clock() >= record.parked_at + self.rule.horizon

    def _hand_over(self, lane: Lane, attempt: Attempt | None) -> None:
        self.endpoints.reschedule(replace(lane, phase=Phase.SLOW, next_at=self._in(self.rule.slow_wait(0, attempt))))
        endpoint = self.endpoints.failed(lane.key)
        if endpoint.failures >= OPENS_AFTER and not endpoint.open:
            wait = self.rule.slow_wait(0, attempt)
            self.endpoints.open(replace(endpoint, step=1, next_at=self._in(wait)))
        self.start_workflow(lane.key)

    def _lease(self, lane: Lane) -> bool:
        now = self.clock()
        return self.endpoints.lease(lane, now, now + timedelta(seconds=self.lease))

    def _in(self, seconds: float) -> datetime:
        return self.clock() + timedelta(seconds=seconds)
