"""Waiting lanes: a failure begins a lane, retries are planned, and the workflow takes over.

Only the worker that holds a lane's group of the queue of deliveries changes the lane.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.accounts.ports import NEVER_SUSPENDED, Suspensions
from switchboard.deliveries import breaker, episode, parking
from switchboard.deliveries.attempts import AttemptResult, TryDelivery, dead_letter
from switchboard.deliveries.endpoint import Drain, Endpoint, EndpointKey, Lane, RetryMessage, RetryPhase
from switchboard.deliveries.fate import fate_of
from switchboard.deliveries.model import Attempt, Delivery, DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Endpoints, Operations, RetryQueue, Workflows
from switchboard.deliveries.retry import RetryRule, Verdict, tells_of_receiver
from switchboard.errors import TryAgain
from switchboard.laps import LANE, NO_LAPS, Laps, Stop, TellStop

PAGE = 25  # parked deliveries of a lane that are read at once
SETTLED_WAIT = 1.0  # seconds
LONGEST_FAST_WAIT = 900.0  # seconds that the queue of retries can hold a message back
MOST_LATE = timedelta(minutes=1)  # delay of a lane's try while the workflow sleeps until another lane's time

# The watch looks at what waits for a suspended account. After a suspension, what waits is tried without the watch.
HELD_FOR = timedelta(minutes=10)

REFUSED = "the receiver refused it for good"
SCHEDULE_ENDED = "the receiver did not take it within the schedule"


@dataclass(frozen=True, slots=True)
class Lanes:
    """Begin, plan and hand over waiting lanes, and try their deliveries.

    Time in which the account was suspended does not count for the schedule of a delivery.
    """

    endpoints: Endpoints
    retries: RetryQueue
    workflows: Workflows
    try_delivery: TryDelivery
    rule: RetryRule
    operations: Operations
    clock: Callable[[], datetime]
    stopped: TellStop
    suspensions: Suspensions = NEVER_SUSPENDED

    def begin_lane(self, tried: AttemptResult) -> None:
        """Begin a lane with a delivery whose first attempt failed, and plan its retry. Raises TryAgain if it exists."""
        lane = parking.new_lane(tried.record, self.clock(), RetryPhase.FAST, 1)
        if not self.endpoints.commit(parking.begin_lane(tried.record, lane)):
            raise TryAgain("The lane is there already.", after=0)
        self.again(lane, tried.attempt, NO_LAPS)

    def held_until(self, delivery: Delivery) -> datetime | None:
        """Return until when a delivery waits for its account: suspended, or over the daily budget. None: no wait."""
        if self.suspensions.is_suspended(delivery.account):
            return self.clock() + HELD_FOR
        until = delivery.held_until
        return until if until and until > self.clock() and not delivery.replays else None

    def hold(self, record: DeliveryRecord, until: datetime) -> None:
        """Begin a lane with an untried delivery that waits for a time. The watch drains the lane, without a message.

        Raises TryAgain if the lane exists.
        """
        since = record.delivery.held_until or self.clock()  # a delivery over the budget has its whole schedule ahead
        lane = replace(parking.new_lane(record, since, RetryPhase.FAST, 0), next_at=until)
        if not self.endpoints.commit(parking.begin_lane(record, lane)):
            raise TryAgain("The lane is there already.", after=0)

    def hold_lane(self, lane: Lane, endpoint: Endpoint) -> None:
        """Leave a lane of a suspended account untried. A round of probes ends without a result."""
        if endpoint.open and endpoint.round:
            self.endpoints.commit(breaker.end_round(endpoint, endpoint.step, self.clock()))
        self.reschedule(replace(lane, next_at=self.clock() + HELD_FOR))

    def park_unsent(self, record: DeliveryRecord) -> bool:
        """Park an untried delivery behind an open breaker. Returns False if the breaker has closed."""
        lane = parking.new_lane(record, self.clock(), RetryPhase.SLOW, self.rule.fast_attempts)
        return self.endpoints.commit(parking.begin_unsent(record, lane))

    def park_paused(self, record: DeliveryRecord, endpoint: Endpoint) -> bool:
        """Park an untried delivery of a paused receiver. Returns False if the receiver was resumed."""
        at = max(self.clock(), record.delivery.held_until or self.clock())
        lane = parking.new_lane(record, at, RetryPhase.FAST, 0)
        return self.endpoints.commit(parking.begin_paused(record, lane, endpoint.paused_at))

    def drive(self, lane: Lane, laps: Laps = NO_LAPS) -> None:
        """Send the lane's retry message again, or start the workflow again, by the lane's phase."""
        if lane.phase is RetryPhase.SLOW:
            self.start_workflow(lane)
        else:
            wait = (lane.due_at - self.clock()).total_seconds() if lane.next_at else self.rule.schedule[0]
            if wait <= LONGEST_FAST_WAIT:  # a held lane is left to the watch
                self._plan_retry(lane, max(0.0, wait), laps)

    def leave_to_probes(self, lane: Lane) -> None:
        """Hand a lane to the workflow untried, because the breaker opened before the next fast attempt."""
        self.reschedule(replace(lane, attempts=self.rule.fast_attempts, phase=RetryPhase.SLOW))
        self.start_workflow(lane)

    def again(self, lane: Lane, attempt: Attempt | None, laps: Laps) -> None:
        """After a failed fast attempt, plan the next fast attempt, or hand the lane to the workflow."""
        wait = self.rule.fast_wait(attempt)
        if lane.attempts >= self.rule.fast_attempts or wait > LONGEST_FAST_WAIT:
            self._hand_over(lane, attempt)
            return
        planned = replace(lane, next_at=self.after(wait))
        self.reschedule(planned)
        self._plan_retry(planned, wait, laps)

    def plan(self, lane: Lane, attempt: Attempt | None, endpoint: Endpoint) -> None:
        """Plan the workflow's next try of a lane, at the latest at the end of the first delivery's schedule."""
        next_at = self.after(self.rule.slow_wait(lane.attempts - self.rule.fast_attempts, attempt))
        end = endpoint.waiting_since(lane.since) + self.rule.horizon
        self.reschedule(replace(lane, next_at=min(next_at, end) if self.clock() < end else next_at))

    def note_success(self, endpoint: Endpoint | None, delivery: Delivery) -> bool:
        """Record a success if the record shows failures or no success. Returns whether the record was written."""
        change = breaker.note_success(endpoint, delivery, self.clock())
        if change is not None:
            self.endpoints.commit(change)
        return change is not None

    def decide(
        self, tried: AttemptResult, endpoint: Endpoint | None, denied_before: datetime | None = None
    ) -> AttemptResult:
        """Return the result with its fate. A delivery that was refused for good is a dead letter."""
        final_after = self.rule.final_after + self._time_suspended(tried.record, tried.record.delivery.created_at)
        verdict = fate_of(tried.verdict, tried.record, endpoint, final_after, denied_before)
        decided = tried if verdict is tried.verdict else replace(tried, verdict=verdict)
        if verdict is Verdict.REFUSED:
            decided = replace(decided, record=tried.record.closed(DeliveryState.DEAD, self.clock(), REFUSED))
            self._tell_dead(decided.record)
        return decided

    def start_workflow(self, lane: Lane) -> None:
        """Start the workflow of the endpoint's episode, in time for a lane. Starting a running part does nothing."""
        endpoint = self._episode(lane.key)
        if endpoint is not None:
            self._start(endpoint, lane.due_at)

    def tell_failing(self, endpoint: Endpoint) -> None:
        """Tell the operators of an episode, unless the record says that they know."""
        if not endpoint.told:
            told = {"account": endpoint.key.account, "endpoint": endpoint.key.id, "receiver": endpoint.receiver}
            self.operations.tell("endpoint.failing", told)
            self.endpoints.commit(episode.note_told(endpoint))

    def attempt(self, record: DeliveryRecord, endpoint: Endpoint, denied_before: datetime | None) -> AttemptResult:
        """Try a parked delivery and write its record. Raises TryAgain if the receiver's rate limit is reached."""
        tried = self.decide(self.try_delivery(record), endpoint, denied_before)
        if not tried.record.finished and self.has_expired(record, endpoint):
            tried = replace(tried, record=self._out_of_schedule(tried.record))
        self._write(tried.record)
        return tried

    def give_up(self, record: DeliveryRecord, endpoint: Endpoint) -> bool:
        """Close a parked delivery that is expired or unwanted. Returns False if the delivery must still be sent."""
        if not self.try_delivery.is_wanted(record):
            self._write(self.try_delivery(record).record)
        elif self.has_expired(record, endpoint):
            self._write(self._out_of_schedule(record))
        else:
            return False
        return True

    def has_expired(self, record: DeliveryRecord, endpoint: Endpoint | None) -> bool:
        """Whether a delivery has been parked for the whole length of the schedule, not counting a pause."""
        if record.parked_at is None:
            return False
        since = endpoint.waiting_since(record.parked_at) if endpoint else record.parked_at
        return self.clock() >= since + self.rule.horizon + self._time_suspended(record, since)

    def reschedule(self, lane: Lane) -> None:
        """Write what is planned for a lane. A lane that is gone stays gone."""
        self.endpoints.commit(parking.reschedule(lane))

    def leave(self, lane: Lane) -> bool:
        """Remove an empty lane. Returns False if the lane is not empty."""
        return self.endpoints.commit(parking.leave_lane(lane))

    def parked(self, lane: Lane) -> list[DeliveryRecord]:
        """Return the first deliveries of a lane, in order. Places whose record has expired are freed."""
        while found := self.endpoints.parked(lane, PAGE):
            for one in found:
                if one.record is None:
                    self.endpoints.commit(parking.give_up_place(lane, one.place))
            if records := [one.record for one in found if one.record is not None]:
                return records
        return []

    def head(self, lane: Lane) -> DeliveryRecord | None:
        """Return the first delivery of a lane, None if its record is gone or the lane is empty."""
        return next((one.record for one in self.endpoints.parked(lane, 1)), None)

    def after(self, seconds: float) -> datetime:
        """Return the time in so many seconds from now."""
        return self.clock() + timedelta(seconds=seconds)

    def _time_suspended(self, record: DeliveryRecord, since: datetime) -> timedelta:
        return self.suspensions.time_suspended(record.delivery.account, since)

    def _write(self, record: DeliveryRecord) -> None:
        """Write the record of a parked delivery. Raises TryAgain if another worker has closed the delivery."""
        if not self.endpoints.commit(parking.settle(record)):
            raise TryAgain("The delivery has left its lane.", SETTLED_WAIT)

    def _out_of_schedule(self, record: DeliveryRecord) -> DeliveryRecord:
        dead = record.closed(DeliveryState.DEAD, self.clock(), SCHEDULE_ENDED)
        self._tell_dead(dead)
        return dead

    def _tell_dead(self, record: DeliveryRecord) -> None:
        self.operations.tell("delivery.dead", dead_letter(record))

    def may_go_on(self, lane: Lane, laps: Laps) -> bool:
        """Whether another message of a lane may go round. If not, tell the operators; the watch drives the lane."""
        if LANE.ends(laps):
            self.stopped(Stop(LANE.name, lane.key.account, lane.key.id, laps.idle))
            return False
        return True

    def _plan_retry(self, lane: Lane, wait: float, laps: Laps) -> None:
        if self.may_go_on(lane, laps):
            drain = Drain(lane.key, lane.subject, lane.group, lane.due_at, laps=laps)
            self.retries.send(RetryMessage(lane.key, drain), wait)

    def _hand_over(self, lane: Lane, attempt: Attempt | None) -> None:
        planned = replace(lane, phase=RetryPhase.SLOW, next_at=self.after(self.rule.slow_wait(0, attempt)))
        self.reschedule(planned)
        if tells_of_receiver(attempt):
            self.endpoints.commit(breaker.count_failure(lane.key, attempt))
        endpoint = self._episode(lane.key)
        if endpoint is None:
            return
        if change := breaker.open_breaker(endpoint, planned.next_at):
            self.endpoints.commit(change)
        self._start(endpoint, planned.due_at)

    def _episode(self, key: EndpointKey) -> Endpoint | None:
        """Return the endpoint in its episode, None without a record. The operators are told of a new episode."""
        endpoint = self.endpoints.get(key)
        if endpoint is None:
            return None
        if not endpoint.failing:
            first = self.after(self.rule.slow_wait(0, None))
            self.endpoints.commit(episode.begin_episode(endpoint, self.clock(), first))
            endpoint = self.endpoints.get(key) or endpoint
        self.tell_failing(endpoint)
        return endpoint

    def _start(self, endpoint: Endpoint, due: datetime) -> None:
        """Start the workflow. If the running part sleeps much longer than `due`, start a newer part."""
        now = self.clock()
        wakes = endpoint.next_at or now
        part = 0
        if not endpoint.open and due + MOST_LATE < wakes:
            wakes, part = due, int(now.timestamp())
            self.endpoints.commit(episode.hand_on(endpoint, part, due))
        self.workflows.redeliver(endpoint, part, max(0.0, (wakes - now).total_seconds()))
