"""Port Endpoints: the state of a receiver in trouble; and port RateLimiter."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from switchboard.aws.deliveries_table import DeliveriesTable
from switchboard.aws.endpoints_table import EndpointsTable
from switchboard.deliveries import breaker
from switchboard.deliveries.endpoint import Endpoint, EndpointKey
from switchboard.deliveries.episode import hand_on, note_told, stop_watching, watch_from
from switchboard.deliveries.model import DeliveryState
from switchboard.deliveries.ports import Endpoints, RateLimiter
from switchboard.deliveries.rate import window_at
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.endpoints import MemoryEndpoints
from tests.support import receivers
from tests.support.builders import NOON, a_record, an_attempt
from tests.support.stack import Stack
from tests.support.threads import at_once

KEY = EndpointKey("acme", "0f1e2d3c4b5a6978")
RECEIVER = "https://crm.example"
LATER = NOON + timedelta(minutes=1)
MUCH_LATER = NOON + timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def both(request: pytest.FixtureRequest, kind: str) -> MemoryEndpoints | EndpointsTable:
    if kind == "memory":
        return MemoryEndpoints(MemoryDeliveries())
    stack: Stack = request.getfixturevalue("stack")
    deliveries = DeliveriesTable(stack.dynamodb, stack.table("DeliveriesTable"))
    return EndpointsTable(stack.dynamodb, stack.table("EndpointsTable"), deliveries)


@pytest.fixture
def endpoints(both: MemoryEndpoints | EndpointsTable) -> Endpoints:
    return both


@pytest.fixture
def limiter(both: MemoryEndpoints | EndpointsTable) -> RateLimiter:
    return both


def trouble(endpoints: Endpoints, id_: str = "msg_1", **fields: object) -> Endpoint:
    """A receiver with a lane."""
    made = receivers.park_failed(endpoints, a_record(id_, **fields), NOON)
    assert made
    return now(endpoints, made.key)


def begun_at(endpoints: Endpoints, endpoint: Endpoint, at: datetime) -> Endpoint:
    """The episode, whose first attempt is planned for a minute past noon."""
    return receivers.begin_episode(endpoints, endpoint, at, LATER)


def now(endpoints: Endpoints, key: EndpointKey = KEY) -> Endpoint:
    found = endpoints.get(key)
    assert found is not None
    return found


def calm(endpoints: Endpoints) -> None:
    """Its only lane is drained."""
    receivers.settle(endpoints, a_record().closed(DeliveryState.DELIVERED, LATER))
    lane = endpoints.lane(KEY, "call-1")
    assert lane is not None
    assert receivers.leave(endpoints, lane)


def test_calls_that_failed_are_counted(endpoints: Endpoints) -> None:
    """Each count tells the receiver as it is then."""
    trouble(endpoints)
    assert [receivers.failed(endpoints, KEY).failures for _ in range(3)] == [1, 2, 3]
    assert now(endpoints) == Endpoint(KEY, RECEIVER, lanes=1, failures=3, next_at=NOON, watched=True)


def test_the_first_denial_of_several_is_kept(endpoints: Endpoints) -> None:
    """A failure of another kind, and a success, forget the denials."""
    trouble(endpoints)
    denied = [an_attempt(404, at=at) for at in (NOON, LATER)]
    found = []
    for attempt in (*denied, an_attempt(500), denied[1]):
        endpoints.commit(breaker.count_failure(KEY, attempt))
        found.append(now(endpoints).denied_since)
    receivers.succeeded(endpoints, KEY, MUCH_LATER)
    assert [*found, now(endpoints).denied_since] == [NOON, NOON, None, LATER, None]


def test_no_failure_is_lost_at_the_same_instant(endpoints: Endpoints) -> None:
    """Three workers count to three."""
    trouble(endpoints)
    at_once([lambda: receivers.failed(endpoints, KEY)] * 3)
    assert now(endpoints).failures == 3


def test_a_success_closes_the_breaker(endpoints: Endpoints) -> None:
    """Failures, refusals and the place in the schedule are forgotten, lanes and episode are not."""
    begun_at(endpoints, trouble(endpoints), NOON)
    receivers.open_breaker(endpoints, KEY, LATER)
    receivers.succeeded(endpoints, KEY, MUCH_LATER)
    found = now(endpoints)
    assert (found.failures, found.open, found.step) == (0, False, 0)
    assert (found.lanes, found.failing, found.episode, found.last_success_at) == (1, True, 1, MUCH_LATER)


def test_the_first_success_of_a_receiver_makes_its_record(endpoints: Endpoints) -> None:
    """The record tells that the receiver takes deliveries."""
    receivers.succeeded(endpoints, KEY, NOON, RECEIVER)
    assert endpoints.get(KEY) == Endpoint(KEY, RECEIVER, last_success_at=NOON)


def test_an_episode_begins_once(endpoints: Endpoints) -> None:
    """Who comes second gets the same episode."""
    seen = trouble(endpoints)
    first, second = begun_at(endpoints, seen, NOON), begun_at(endpoints, seen, LATER)
    assert first == second
    assert (first.failing, first.episode, first.failing_since) == (True, 1, NOON)


def test_of_two_that_begin_at_once_both_get_the_same_episode(endpoints: Endpoints) -> None:
    """One workflow is started for it."""
    seen = trouble(endpoints)
    episodes = [
        end.episode for end in at_once([lambda: begun_at(endpoints, seen, NOON)] * 4) if isinstance(end, Endpoint)
    ]
    assert episodes == [1] * 4


def test_a_plan_is_kept(endpoints: Endpoints) -> None:
    """Step and time of the next attempt, the breaker as it is."""
    receivers.plan(endpoints, replace(begun_at(endpoints, trouble(endpoints), NOON), step=2), LATER)
    assert told(endpoints) == (False, 2, LATER)
    receivers.open_breaker(endpoints, KEY, LATER)
    receivers.plan(endpoints, replace(now(endpoints), step=3), MUCH_LATER)
    assert told(endpoints) == (True, 3, MUCH_LATER)


def told(endpoints: Endpoints) -> tuple[bool, int, datetime | None]:
    """Breaker, step and next time."""
    found = now(endpoints)
    return found.open, found.step, found.next_at


def test_the_breaker_opens_with_its_plan(endpoints: Endpoints) -> None:
    """For the failures that were counted."""
    begun_at(endpoints, trouble(endpoints), NOON)
    receivers.open_breaker(endpoints, KEY, LATER)
    assert told(endpoints) == (True, 1, LATER)


def test_a_success_in_between_keeps_the_breaker_closed(endpoints: Endpoints) -> None:
    """The failures that it would open for are forgotten."""
    trouble(endpoints)
    seen = [receivers.failed(endpoints, KEY) for _ in range(breaker.OPENS_AFTER)][-1]
    receivers.succeeded(endpoints, KEY, NOON)
    change = breaker.open_breaker(seen, LATER)
    assert change
    assert endpoints.commit(change) is False
    assert told(endpoints) == (False, 0, NOON)


def test_a_plan_for_a_closed_breaker_does_not_close_an_open_one(endpoints: Endpoints) -> None:
    """Who saw it closed was overtaken by who opened it, and by the time that the receiver asked for."""
    seen = begun_at(endpoints, trouble(endpoints), NOON)
    receivers.open_breaker(endpoints, KEY, MUCH_LATER)
    assert receivers.plan(endpoints, seen, LATER) is False
    assert told(endpoints) == (True, 1, MUCH_LATER)


def test_a_plan_for_an_open_breaker_does_not_open_a_closed_one(endpoints: Endpoints) -> None:
    """A success has come while the receiver was probed."""
    begun_at(endpoints, trouble(endpoints), NOON)
    receivers.open_breaker(endpoints, KEY, LATER)
    seen = now(endpoints)
    receivers.succeeded(endpoints, KEY, NOON)
    assert receivers.plan(endpoints, replace(seen, step=2), MUCH_LATER) is False
    assert told(endpoints) == (False, 0, LATER)


def test_an_episode_begins_with_its_plan(endpoints: Endpoints) -> None:
    """Who begins it again does not change that."""
    assert begun_at(endpoints, trouble(endpoints), NOON).next_at == LATER
    assert receivers.begin_episode(endpoints, now(endpoints), NOON, MUCH_LATER).next_at == LATER


def test_an_episode_does_not_end_while_a_lane_waits(endpoints: Endpoints) -> None:
    """Somebody has to drive it."""
    begun = begun_at(endpoints, trouble(endpoints), NOON)
    assert receivers.recovered(endpoints, begun) is False
    assert now(endpoints).failing


def test_an_episode_ends_when_no_lane_waits(endpoints: Endpoints) -> None:
    """The receiver is as one without trouble, but for the number of its episodes."""
    begun = begun_at(endpoints, trouble(endpoints), NOON)
    receivers.open_breaker(endpoints, KEY, LATER)
    calm(endpoints)
    assert receivers.recovered(endpoints, begun)
    assert now(endpoints) == Endpoint(KEY, RECEIVER, episode=1)


def test_only_its_own_episode_is_ended(endpoints: Endpoints) -> None:
    """A workflow that was left behind does not end the next one's."""
    begun = begun_at(endpoints, trouble(endpoints), NOON)
    calm(endpoints)
    assert receivers.recovered(endpoints, replace(begun, episode=7)) is False
    assert now(endpoints).failing


def test_the_next_trouble_is_another_episode(endpoints: Endpoints) -> None:
    """With a workflow of its own."""
    begun = begun_at(endpoints, trouble(endpoints), NOON)
    calm(endpoints)
    receivers.recovered(endpoints, begun)
    assert begun_at(endpoints, trouble(endpoints), LATER).episode == 2


def planned(endpoints: Endpoints, account: str) -> EndpointKey:
    """A receiver in an episode whose next attempt is planned."""
    key = trouble(endpoints, f"msg_{account}", account=account).key
    receivers.plan(endpoints, begun_at(endpoints, now(endpoints, key), NOON), LATER)
    return key


def test_who_is_overdue_is_found_in_all_accounts(endpoints: Endpoints) -> None:
    """Those whose next attempt should have been before that time."""
    keys = {planned(endpoints, "acme"), planned(endpoints, "other")}
    assert {found.key for found in endpoints.overdue(LATER + SECOND)} == keys
    assert endpoints.overdue(LATER - SECOND) == []


def test_a_receiver_that_recovered_is_not_overdue(endpoints: Endpoints) -> None:
    """Nobody has to drive it."""
    begun = begun_at(endpoints, trouble(endpoints), NOON)
    receivers.plan(endpoints, begun, LATER)
    calm(endpoints)
    receivers.recovered(endpoints, begun)
    assert endpoints.overdue(MUCH_LATER) == []


def test_a_lane_that_no_workflow_drives_yet_is_watched_from_its_beginning(endpoints: Endpoints) -> None:
    """Its fast retries may get lost; until there is an episode, nothing is planned for the receiver itself."""
    trouble(endpoints)
    assert [found.key for found in endpoints.overdue(LATER)] == [KEY]
    assert endpoints.overdue(NOON) == []
    assert not now(endpoints).failing


def test_a_receiver_that_was_looked_at_is_watched_from_then_on(endpoints: Endpoints) -> None:
    """It is not found over and over."""
    endpoints.commit(watch_from(trouble(endpoints), LATER))
    assert endpoints.overdue(LATER) == []
    assert [found.key for found in endpoints.overdue(MUCH_LATER)] == [KEY]


def test_a_receiver_that_nothing_waits_for_is_not_watched(endpoints: Endpoints) -> None:
    """While a lane waits, it is."""
    seen = trouble(endpoints)
    assert endpoints.commit(stop_watching(seen)) is False
    calm(endpoints)
    assert endpoints.commit(stop_watching(seen))
    assert endpoints.overdue(MUCH_LATER) == []


def test_a_receiver_in_an_episode_is_watched_by_its_plan(endpoints: Endpoints) -> None:
    """Whatever those think who have seen none."""
    begun_at(endpoints, trouble(endpoints), NOON)
    calm(endpoints)
    endpoints.commit(watch_from(now(endpoints), MUCH_LATER))
    assert endpoints.commit(stop_watching(now(endpoints))) is False
    assert now(endpoints).next_at == LATER


def test_that_the_operators_heard_is_noted_for_the_episode(endpoints: Endpoints) -> None:
    """And not for another one."""
    begun = begun_at(endpoints, trouble(endpoints), NOON)
    endpoints.commit(note_told(replace(begun, episode=7)))
    assert now(endpoints).told is False
    endpoints.commit(note_told(begun))
    assert now(endpoints).told
    calm(endpoints)
    receivers.recovered(endpoints, begun)
    assert begun_at(endpoints, trouble(endpoints), LATER).told is False


def opened(endpoints: Endpoints) -> Endpoint:
    """A receiver whose breaker is open, in a round of probes since noon."""
    begun_at(endpoints, trouble(endpoints), NOON)
    receivers.open_breaker(endpoints, KEY, LATER)
    return receivers.begin_round(endpoints, now(endpoints), NOON)


def test_probes_of_a_round_are_counted(endpoints: Endpoints) -> None:
    """No other round's."""
    begun = opened(endpoints)
    assert begun == now(endpoints)
    for _ in range(2):
        endpoints.commit(breaker.count_failed_probe(begun))
    endpoints.commit(breaker.count_failed_probe(replace(begun, round=LATER)))
    assert (now(endpoints).round, now(endpoints).failed_probes) == (NOON, 2)
    assert receivers.begin_round(endpoints, begun, LATER) == now(endpoints)
    assert now(endpoints).failed_probes == 0


def test_a_round_ends_once_with_its_plan(endpoints: Endpoints) -> None:
    """Of two that end it one plans."""
    begun = opened(endpoints)
    ends = [receivers.end_round(endpoints, begun, step, MUCH_LATER) for step in (2, 3)]
    assert (ends, now(endpoints).round, told(endpoints)) == ([True, False], None, (True, 2, MUCH_LATER))


def test_a_success_is_the_end_of_a_round(endpoints: Endpoints) -> None:
    """Nothing is planned over it; the round goes on, for all that waits."""
    begun = opened(endpoints)
    receivers.succeeded(endpoints, KEY, LATER)
    assert receivers.end_round(endpoints, begun, 2, MUCH_LATER) is False
    assert (now(endpoints).round, told(endpoints)) == (NOON, (False, 0, LATER))


def test_who_opens_the_breaker_ends_the_round_before(endpoints: Endpoints) -> None:
    """What was asked for in it is asked for no more."""
    opened(endpoints)
    receivers.open_breaker(endpoints, KEY, LATER)
    assert now(endpoints).round is None


def test_receivers_are_listed_by_account(endpoints: Endpoints) -> None:
    """Receivers with lanes, and receivers that took a delivery."""
    made = trouble(endpoints)
    receivers.succeeded(endpoints, EndpointKey("acme", "e2"), NOON, "https://erp.example")
    trouble(endpoints, "msg_2", account="other")
    assert sorted(found.key.id for found in endpoints.of_account("acme")) == sorted(["e2", made.key.id])


Rate = Callable[[RateLimiter, float, int], int]


def taken(limiter: RateLimiter, rate: float, seconds: int) -> int:
    """How many requests go out in so many seconds, where one is always asked for."""
    tries = [NOON + timedelta(seconds=n / 10) for n in range(seconds * 10)]
    return sum(limiter.take(KEY, window_at(rate, at)) for at in tries)


@pytest.mark.parametrize(
    ("rate", "seconds", "most"), [(1, 5, 5), (3, 4, 12), (0.5, 8, 4), (0.1, 20, 2), (0.01, 100, 1)]
)
def test_a_rate_is_used_up_and_no_more(limiter: RateLimiter, rate: float, seconds: int, most: int) -> None:
    """So many a second, below one a second too."""
    assert taken(limiter, rate, seconds) == most


@pytest.mark.parametrize("rate", [0.3, 0.4, 0.67, 0.75, 0.9, 1.5, 2.9])
def test_a_rate_that_does_not_come_out_even_is_not_exceeded(limiter: RateLimiter, rate: float) -> None:
    """It is rounded to fewer requests and never to more, and some go out."""
    assert 0 < taken(limiter, rate, 12) <= rate * 12 + 1e-9


def test_every_receiver_has_its_own_rate(limiter: RateLimiter) -> None:
    """Of the account too."""
    keys = [KEY, EndpointKey("acme", "e2"), EndpointKey("other", KEY.id)]
    assert [limiter.take(key, window_at(1, NOON)) for key in keys] == [True] * 3


def test_of_many_requests_at_once_no_more_than_the_rate_go_out(limiter: RateLimiter) -> None:
    """Workers side by side share it."""
    assert at_once([lambda: limiter.take(KEY, window_at(2, NOON))] * 6).count(True) == 2


def test_counts_of_requests_do_not_pile_up(stack: Stack) -> None:
    """Each expires shortly after its time."""
    deliveries = DeliveriesTable(stack.dynamodb, stack.table("DeliveriesTable"))
    EndpointsTable(stack.dynamodb, stack.table("EndpointsTable"), deliveries).take(KEY, window_at(0.1, NOON))
    (row,) = stack.items("EndpointsTable")
    assert NOON.timestamp() < int(row["expires_at"]["N"]) < (NOON + timedelta(minutes=5)).timestamp()


def test_a_newer_part_takes_over(endpoints: Endpoints) -> None:
    """From its time on; an episode begins with the first part."""
    begun = begun_at(endpoints, trouble(endpoints), NOON)
    endpoints.commit(hand_on(begun, 3, LATER))
    assert (begun.part, now(endpoints).part, now(endpoints).next_at) == (0, 3, LATER)


@pytest.mark.parametrize(("episode", "part"), [(1, 3), (1, 2), (2, 9), (0, 9)])
def test_an_older_part_or_another_episodes_does_not(endpoints: Endpoints, episode: int, part: int) -> None:
    """Who was late changes nothing."""
    begun = begun_at(endpoints, trouble(endpoints), NOON)
    endpoints.commit(hand_on(begun, 3, LATER))
    endpoints.commit(hand_on(replace(begun, episode=episode), part, MUCH_LATER))
    assert (now(endpoints).part, now(endpoints).next_at) == (3, LATER)


def test_the_next_episode_begins_with_the_first_part_again(endpoints: Endpoints) -> None:
    """Its workflow counts."""
    begun = begun_at(endpoints, trouble(endpoints), NOON)
    endpoints.commit(hand_on(begun, 3, LATER))
    calm(endpoints)
    receivers.recovered(endpoints, begun)
    assert begun_at(endpoints, trouble(endpoints), LATER).part == 0
