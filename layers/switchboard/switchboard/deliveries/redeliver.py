"""The step of an endpoint's workflow: have it probed, have what waits for it drained, or say how long to wait.

A turn sends nothing to the receiver. The turn queues messages that drain lanes; a later turn reads the results from
the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.deliveries import breaker
from switchboard.deliveries.endpoint import Drain, Endpoint, EndpointKey, Lane, RetryMessage, RetryPhase
from switchboard.deliveries.episode import end_episode, hand_on
from switchboard.deliveries.lanes import Lanes
from switchboard.deliveries.model import Attempt
from switchboard.deliveries.ports import CurrentSubscriptions, DrainQueue, Endpoints, Operations
from switchboard.deliveries.retry import RetryRule
from switchboard.deliveries.watch import OVERDUE
from switchboard.laps import TRY, Stop
from switchboard.turns import DONE, TurnResult

PROBES = 3  # calls tried when the breaker is open: one may be poison
LANES_A_TRY = 5000  # of a receiver that is not failing
LANES_A_TURN = 500
SHORTEST_WAIT = 1.0
LONGEST_POLL = 30.0  # seconds between two looks at what came of what was asked for
POLL_WHILE_MORE_IS_DUE = 5.0
REST = 600.0  # seconds until the next look at a paused receiver, or at a receiver of a suspended account
PATIENCE = timedelta(seconds=120)  # for probes that nobody answers: a worker was killed, or a group is long
NO_SUCCESS = "no delivery succeeded for too long"


@dataclass(frozen=True, slots=True)
class Redeliver:
    """One turn at an endpoint. `disable_after` is how long it may go without one success."""

    endpoints: Endpoints
    subscriptions: CurrentSubscriptions
    queue: DrainQueue
    lanes: Lanes
    rule: RetryRule
    operations: Operations
    disable_after: timedelta
    clock: Callable[[], datetime]

    def __call__(self, key: EndpointKey, episode: int, part: int = 0) -> TurnResult:
        """Take the workflow's turn."""
        endpoint = self.endpoints.get(key)
        if endpoint is None or not endpoint.failing or not _drives(endpoint, episode, part):
            return DONE
        if endpoint.paused_at or self.lanes.suspensions.is_suspended(key.account):
            self.endpoints.commit(breaker.plan_turn(endpoint, self.lanes.after(REST)))
            return TurnResult(done=False, wait=REST)
        self.lanes.tell_failing(endpoint)
        return self._turn(endpoint, beside=False)

    def hand_on(self, key: EndpointKey, episode: int, part: int, wait: float) -> None:
        """Have a newer part drive the episode, its first turn after `wait` seconds.

        The part is started before the row names it. If the worker dies in between, this part still drives the episode,
        and its next turn repeats both.
        """
        endpoint = self.endpoints.get(key)
        if endpoint is not None:
            driven = replace(endpoint, episode=episode)
            self.lanes.workflows.redeliver(driven, part, wait)
            self.endpoints.commit(hand_on(driven, part, self.lanes.after(wait)))

    def try_now(self, again: RetryMessage) -> None:
        """Take a turn beside the workflow's, whose schedule stays as it is, and come again until all was tried.

        Nothing is tried for a suspended account or at a paused receiver.
        """
        endpoint = self.endpoints.get(again.key)
        if endpoint is None or endpoint.paused_at or again.round not in (None, endpoint.round):
            return
        if self.lanes.suspensions.is_suspended(again.key.account):
            return
        if again.round is None or not endpoint.failing:  # lanes that are held, or wait for a fast retry
            self._drain_fast(endpoint, due=again.resumed)
        if not endpoint.failing:
            return
        if again.round is None and not (endpoint.open and endpoint.round):
            endpoint = self._begin_round(endpoint)
        following = self._turn(endpoint, beside=True)
        if not following.done:
            self._come_again(again, endpoint, following.wait)

    def _drain_fast(self, endpoint: Endpoint, *, due: bool) -> None:
        """Have lanes drained that no workflow drives; with `due` those alone whose time came, as after a pause."""
        waiting = self.endpoints.lanes(endpoint.key)
        fast = [lane for lane in waiting if lane.phase is RetryPhase.FAST or not endpoint.failing]
        wanted = [lane for lane in fast if not due or lane.due_at <= self.clock()]
        self.queue.drain([_drain(lane) for lane in wanted[:LANES_A_TRY]])

    def _come_again(self, again: RetryMessage, endpoint: Endpoint, wait: float) -> None:
        """A try goes round for as long as fewer calls wait from one look to another; then the workflow has them."""
        laps = again.laps.after(f"{endpoint.round}:{endpoint.lanes}")
        if TRY.ends(laps):
            self.lanes.stopped(Stop(TRY.name, again.key.account, again.key.id, laps.idle))
        else:
            self.lanes.retries.send(RetryMessage(again.key, round=endpoint.round, laps=laps), wait)

    def _turn(self, endpoint: Endpoint, *, beside: bool) -> TurnResult:
        if self._without_success(endpoint):
            self._disable(endpoint)
        return self._probe(endpoint, beside=beside) if endpoint.open else self._drain(endpoint, beside=beside)

    def _probe(self, endpoint: Endpoint, *, beside: bool) -> TurnResult:
        """Behind an open breaker: a round of probes, when it is time for one."""
        if endpoint.round is None:
            if (wait := self._until(endpoint.next_at)) > 0:
                return TurnResult(done=False, wait=wait)
            endpoint = self._begin_round(endpoint)
        began = endpoint.round or self.clock()
        waiting = self.endpoints.lanes(endpoint.key)
        if not waiting and self.endpoints.commit(end_episode(endpoint)):
            return DONE  # nothing waits for it any more, which is no recovery to tell of
        asks = self._asks(endpoint, waiting, began)
        if self.clock() >= began + PATIENCE:
            asks = [ask for ask in asks if not ask.send]
        if not asks:
            return self._still_down(endpoint, waiting, beside=beside)
        self.queue.drain(asks)
        return TurnResult(done=False, wait=self._poll(began))

    def _begin_round(self, endpoint: Endpoint) -> Endpoint:
        change = breaker.begin_round(endpoint, self.clock())
        self.endpoints.commit(change)
        return change.applied_to(endpoint)

    def _asks(self, endpoint: Endpoint, waiting: Sequence[Lane], began: datetime) -> list[Drain]:
        """Probes; once all of them have failed, an end to what has waited for the whole schedule without being one."""
        fresh = [lane for lane in waiting if lane.round != endpoint.round and lane.phase is RetryPhase.SLOW]
        asks = self._probes(endpoint, fresh, began)
        if not any(ask.send for ask in asks):
            expired = (lane for lane in fresh if self._ends(endpoint, lane) <= self.clock())
            asks += [_drain(lane, began, send=False) for lane in expired]
        lost = (_drain(lane) for lane in waiting if self._is_lost(lane))
        return [*asks, *lost][:LANES_A_TURN]

    def _ends(self, endpoint: Endpoint, lane: Lane) -> datetime:
        return endpoint.waiting_since(lane.since) + self.rule.horizon

    def _probes(self, endpoint: Endpoint, fresh: Sequence[Lane], began: datetime) -> list[Drain]:
        """The first few calls of which something can be sent, and all before them of which nothing can."""
        asks: list[Drain] = []
        left = PROBES - endpoint.failed_probes
        for lane in fresh[:LANES_A_TURN]:
            if left <= 0:
                break
            sent = self._would_be_sent(lane)
            asks.append(_drain(lane, began, send=sent))
            left -= sent
        return asks

    def _would_be_sent(self, lane: Lane) -> bool:
        """Whether trying a lane tells something of the receiver: its subscription may be gone or disabled."""
        head = self.lanes.head(lane)
        return head is not None and self.lanes.try_delivery.is_wanted(head)

    def _still_down(self, endpoint: Endpoint, waiting: Sequence[Lane], *, beside: bool) -> TurnResult:
        """Plan the next round: by the schedule, and no sooner than the receiver asked for."""
        if beside:
            ended = self.endpoints.commit(breaker.end_round(endpoint, endpoint.step, endpoint.next_at))
            return TurnResult(done=ended, wait=SHORTEST_WAIT)
        answers = [self._last_attempt(lane) for lane in waiting if lane.round == endpoint.round][:PROBES]
        wait = self.rule.slow_wait(endpoint.step, max(answers, key=self.rule.least_wait, default=None))
        ended = self.endpoints.commit(breaker.end_round(endpoint, endpoint.step + 1, self.lanes.after(wait)))
        return TurnResult(done=False, wait=wait if ended else SHORTEST_WAIT)

    def _last_attempt(self, lane: Lane) -> Attempt | None:
        head = self.lanes.head(lane)
        return head.attempts[-1] if head and head.attempts else None

    def _drain(self, endpoint: Endpoint, *, beside: bool) -> TurnResult:
        """Behind a closed breaker: have every lane tried that is due."""
        waiting = self.endpoints.lanes(endpoint.key)
        if not waiting and self.endpoints.commit(end_episode(endpoint)):
            self._tell_recovered(endpoint)
            return DONE
        due = [ask for lane in waiting if (ask := self._due(endpoint, lane))]
        self.queue.drain(due[:LANES_A_TURN])
        wait = self._poll(max(ask.ask for ask in due)) if due else self._until(self._next_time(waiting))
        wait = max(SHORTEST_WAIT, min(wait, POLL_WHILE_MORE_IS_DUE) if len(due) > LANES_A_TURN else wait)
        if not beside:
            self.endpoints.commit(breaker.plan_turn(endpoint, self.lanes.after(wait)))
        is_the_workflows = beside and not due and endpoint.next_at and endpoint.next_at <= self.lanes.after(wait)
        return TurnResult(done=bool(is_the_workflows), wait=wait)

    def _due(self, endpoint: Endpoint, lane: Lane) -> Drain | None:
        """What a lane is to be asked for now: its try in the round of all, or the one that is planned for itself."""
        if lane.phase is RetryPhase.FAST:
            return _drain(lane) if self._is_lost(lane) else None
        if endpoint.round is not None and lane.round != endpoint.round and lane.since <= endpoint.round:
            return _drain(lane, endpoint.round)
        return _drain(lane) if lane.due_at <= self.clock() else None

    def _is_lost(self, lane: Lane) -> bool:
        return lane.phase is RetryPhase.FAST and lane.due_at + OVERDUE <= self.clock()

    def _next_time(self, waiting: Sequence[Lane]) -> datetime:
        """When the next lane is due; those on the fast path may come to be handed over at any time."""
        times = [lane.due_at for lane in waiting if lane.phase is RetryPhase.SLOW]
        return min(times, default=self.lanes.after(self.rule.schedule[0]))

    def _tell_recovered(self, endpoint: Endpoint) -> None:
        """A receiver whose calls only died has not recovered."""
        if not endpoint.failures:
            told = {"account": endpoint.key.account, "endpoint": endpoint.key.id, "receiver": endpoint.receiver}
            self.operations.tell("endpoint.recovered", told)

    def _without_success(self, endpoint: Endpoint) -> bool:
        since = max(filter(None, (endpoint.failing_since, endpoint.last_success_at)), default=None)
        if since is None or not endpoint.failures:
            return False
        since = endpoint.waiting_since(since)
        suspended = self.lanes.suspensions.time_suspended(endpoint.key.account, since)
        return self.clock() >= since + self.disable_after + suspended

    def _disable(self, endpoint: Endpoint) -> None:
        """Disable what leads to this receiver; what waits for it becomes dead letters when it is drained next."""
        for subscription in self.subscriptions.of_receiver(endpoint.key.account, endpoint.receiver):
            if subscription.disabled:
                continue
            self.subscriptions.disable(subscription, NO_SUCCESS, self.clock())
            told = {"account": endpoint.key.account, "subscription": subscription.id, "reason": NO_SUCCESS}
            self.operations.tell("subscription.disabled", told)

    def _poll(self, began: datetime) -> float:
        """How long until the next look: as long again as it has taken so far."""
        return min(max(SHORTEST_WAIT, (self.clock() - began).total_seconds()), LONGEST_POLL)

    def _until(self, at: datetime | None) -> float:
        return max(0.0, (at - self.clock()).total_seconds()) if at else 0.0


def _drain(lane: Lane, round_: datetime | None = None, *, send: bool = True) -> Drain:
    """What asks for a lane: in a round, or for what is planned for itself."""
    return Drain(lane.key, lane.subject, lane.group, round_ or lane.due_at, in_round=round_ is not None, send=send)


def _drives(endpoint: Endpoint, episode: int, part: int) -> bool:
    """Whether this is the workflow that counts, and none that a newer one took over from."""
    return endpoint.episode == episode and endpoint.part <= part
