"""The step of an endpoint's workflow: probe it, drain what waits for it, or say how long to wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.deliveries.endpoint import Endpoint, EndpointKey, Lane, Phase
from switchboard.deliveries.lanes import Drained, Lanes, Outcome
from switchboard.deliveries.model import Attempt
from switchboard.deliveries.ports import CurrentSubscriptions, Endpoints, Operations
from switchboard.deliveries.retry import GONE, RetryRule

PROBES = 3  # calls tried when the breaker is open: one may be poison
LANES_AT_ONCE = 10
LANES_A_TURN = 200
SHORTEST_WAIT = 1.0
NO_SUCCESS = "no delivery succeeded for too long"


@dataclass(frozen=True, slots=True)
class Next:
    """What the workflow does next: `done`, or wait for some seconds and come again."""

    done: bool
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Redeliver:
    """One turn at an endpoint. `disable_after` is how long it may go without one success."""

    endpoints: Endpoints
    subscriptions: CurrentSubscriptions
    lanes: Lanes
    rule: RetryRule
    operations: Operations
    disable_after: timedelta
    clock: Callable[[], datetime]

    def __call__(
        self, key: EndpointKey, episode: int, out_of_time: Callable[[], bool], *, part: int = 0, now: bool = False
    ) -> Next:
        """Take a turn; `now` tries every lane, due or not, whatever the episode."""
        endpoint = self.endpoints.get(key)
        if endpoint is None or not endpoint.failing or not (now or _drives(endpoint, episode, part)):
            return Next(done=True)
        if endpoint.open and not now and (wait := self._until(endpoint.next_at)) > 0:
            return Next(done=False, wait=wait)
        if self._without_success(endpoint):
            self._disable(endpoint)
        waiting = self._slow_lanes(key)
        probed: list[Lane] = []
        if endpoint.open and self._is_down(waiting, probed, out_of_time):
            return self._still_down(endpoint, waiting, out_of_time)
        rest = [lane for lane in waiting if lane not in probed]
        at_once = min(LANES_AT_ONCE, self.subscriptions.limits_of(key.account, endpoint.receiver).max_in_flight)
        self._drain([lane for lane in rest if now or endpoint.open or self._due(lane)], at_once, out_of_time)
        return self._after_draining(key)

    def _slow_lanes(self, key: EndpointKey) -> list[Lane]:
        return [lane for lane in self.endpoints.lanes(key, LANES_A_TURN) if lane.phase is Phase.SLOW]

    def _is_down(self, lanes: Sequence[Lane], probed: list[Lane], out_of_time: Callable[[], bool]) -> bool:
        """Whether the first few calls that something was sent for got nothing through.

        One whose subscription is gone or disabled is none of them: it tells nothing of the receiver.
        """
        sent = 0
        for lane in lanes:
            drained = self._drain_one(lane, out_of_time)
            probed.append(lane)
            if drained.delivered:
                return False
            sent += drained.attempt is not None and drained.attempt.status != GONE
            if sent == PROBES or drained.outcome is Outcome.UNFINISHED:
                return True
        return sent > 0

    def _drain(self, lanes: Sequence[Lane], at_once: int, out_of_time: Callable[[], bool]) -> None:
        if lanes:
            with ThreadPoolExecutor(min(at_once, len(lanes))) as pool:
                list(pool.map(lambda lane: self._drain_one(lane, out_of_time), lanes))

    def _drain_one(self, lane: Lane, out_of_time: Callable[[], bool]) -> Drained:
        drained = self.lanes.drain(lane, out_of_time)
        if drained.outcome is Outcome.FAILED:
            self._plan_lane(lane, drained)
        return drained

    def _plan_lane(self, lane: Lane, drained: Drained) -> None:
        """Plan the next try, which comes no later than the schedule ends."""
        made = self.rule.fast_attempts if drained.moved else lane.attempts + 1
        next_at = self._in(self.rule.slow_wait(made - self.rule.fast_attempts, drained.attempt))
        end = lane.since + self.rule.horizon
        if self.clock() < end:
            next_at = min(next_at, end)
        self.endpoints.reschedule(replace(lane, attempts=made, next_at=next_at))

    def _after_draining(self, key: EndpointKey) -> Next:
        endpoint = self.endpoints.get(key)
        if endpoint is None or self.endpoints.recovered(endpoint):
            self._tell_recovered(key, endpoint)
            return Next(done=True)
        left = [lane for lane in self.endpoints.lanes(key, LANES_A_TURN) if lane.phase is Phase.SLOW]
        # A lane without a time was parked unsent, and is due as soon as the breaker is closed.
        times = [lane.next_at or self.clock() for lane in left]
        next_at = min(times, default=self._in(self.rule.schedule[0]))
        self.endpoints.plan(replace(endpoint, next_at=next_at))
        # What is due and was not drained is in another worker's hands, or the receiver's rate or our time is used up.
        return Next(done=False, wait=max(SHORTEST_WAIT, self._until(next_at)))

    def _tell_recovered(self, key: EndpointKey, endpoint: Endpoint | None) -> None:
        """A receiver whose calls only died has not recovered."""
        if endpoint is not None and not endpoint.failures:
            told = {"account": key.account, "endpoint": key.id, "receiver": endpoint.receiver}
            self.operations.tell("endpoint.recovered", told)

    def _still_down(self, endpoint: Endpoint, waiting: Sequence[Lane], out_of_time: Callable[[], bool]) -> Next:
        self._expire(waiting, out_of_time)
        if self.endpoints.recovered(endpoint):
            return Next(done=True)  # nothing waits for it any more, which is no recovery to tell of
        wait = self.rule.slow_wait(endpoint.step, self._last_attempt(waiting))
        self.endpoints.plan(replace(endpoint, step=endpoint.step + 1, next_at=self._in(wait)))
        return Next(done=False, wait=wait)

    def _last_attempt(self, waiting: Sequence[Lane]) -> Attempt | None:
        """The last answer of the receiver, which may have asked for more time."""
        heads = self.endpoints.parked(waiting[0]) if waiting else []
        return heads[0].attempts[-1] if heads and heads[0].attempts else None

    def _without_success(self, endpoint: Endpoint) -> bool:
        since = max(filter(None, (endpoint.failing_since, endpoint.last_success_at)), default=None)
        return since is not None and bool(endpoint.failures) and self.clock() >= since + self.disable_after

    def _disable(self, endpoint: Endpoint) -> None:
        """Disable what leads to this receiver; what waits for it becomes dead letters when it is drained next."""
        for subscription in self.subscriptions.of_receiver(endpoint.key.account, endpoint.receiver):
            if subscription.disabled:
                continue
            self.subscriptions.disable(subscription, NO_SUCCESS, self.clock())
            told = {"account": endpoint.key.account, "subscription": subscription.id, "reason": NO_SUCCESS}
            self.operations.tell("subscription.disabled", told)

    def _expire(self, waiting: Sequence[Lane], out_of_time: Callable[[], bool]) -> None:
        """Make dead letters of what has waited for the whole schedule without being probed itself."""
        for lane in waiting:
            if lane.since + self.rule.horizon <= self.clock() and not out_of_time():
                self.lanes.expire(lane)

    def _due(self, lane: Lane) -> bool:
        return lane.next_at is None or lane.next_at <= self.clock()

    def _until(self, at: datetime | None) -> float:
        return max(0.0, (at - self.clock()).total_seconds()) if at else 0.0

    def _in(self, seconds: float) -> datetime:
        return self.clock() + timedelta(seconds=seconds)


def _drives(endpoint: Endpoint, episode: int, part: int) -> bool:
    """Whether this is the workflow that counts, and none that a newer one took over from."""
    return endpoint.episode == episode and endpoint.part <= part
