from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from switchboard.deliveries.contracts import read_replay
from switchboard.deliveries.model import Delivery, DeliveryRecord, DeliveryState
from switchboard.deliveries.replay import MOST, Replayed, ReplayFilter, replay, replay_all
from switchboard.errors import Conflict, Invalid
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.queues import MemoryDeliveryQueue
from tests.support.builders import NOON, a_record, an_attempt
from tests.unit.deliveries.world import World, disorder

DEAD = ReplayFilter(DeliveryState.DEAD)


class Shelf:
    """Finished deliveries, and the queue that they are sent to again."""

    def __init__(self) -> None:
        self.deliveries, self.queue = MemoryDeliveries(), MemoryDeliveryQueue()

    def put(self, id_: str, **fields: Any) -> DeliveryRecord:
        record = a_record(id_, **{"state": DeliveryState.DEAD, "attempts": (an_attempt(),), **fields})
        self.deliveries.write([record])
        return record

    def again(self, wanted: ReplayFilter = DEAD, *, account: str = "acme", dry_run: bool = False) -> Replayed:
        return replay_all(account, wanted, self.deliveries, self.queue, dry_run=dry_run)

    @property
    def sent(self) -> list[str]:
        return [delivery.id for delivery in self.queue.sent]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def minutes(n: int) -> datetime:
    return NOON + timedelta(minutes=n)


def test_a_dead_letter_is_queued_under_its_id(shelf: Shelf) -> None:
    """Its attempts begin anew, and those before are kept."""
    again = replay(shelf.put("msg_1"), shelf.deliveries, shelf.queue)
    record = shelf.deliveries.get("msg_1")
    assert record is not None
    assert (shelf.queue.sent, again.id, again.replays) == ([again], "msg_1", 1)
    assert (record.state, len(record.attempts), record.attempts_made) == (DeliveryState.PENDING, 1, 0)


def test_what_is_under_way_is_only_queued_again(shelf: Shelf) -> None:
    """Whose message may be lost; its attempts go on counting."""
    record = shelf.put("msg_1", state=DeliveryState.PENDING)
    assert replay(record, shelf.deliveries, shelf.queue) == record.delivery
    assert shelf.sent == ["msg_1"]


def test_what_waits_for_its_receiver_is_left_to_it(shelf: Shelf) -> None:
    """A message would overtake what stands before it."""
    record = shelf.put("msg_1", state=DeliveryState.PARKED)
    assert replay(record, shelf.deliveries, shelf.queue) == record.delivery
    assert shelf.sent == []


def test_of_two_replays_one_is_a_conflict(shelf: Shelf) -> None:
    """Both saw it dead."""
    record = shelf.put("msg_1")
    replay(record, shelf.deliveries, shelf.queue)
    with pytest.raises(Conflict):
        replay(record, shelf.deliveries, shelf.queue)


WANTED: dict[str, tuple[ReplayFilter, list[str]]] = {
    "all": (DEAD, ["msg_a", "msg_b", "msg_c"]),
    "call": (ReplayFilter(DeliveryState.DEAD, call="call-2"), ["msg_b"]),
    "subscription": (ReplayFilter(DeliveryState.DEAD, subscription=7), ["msg_c"]),
    "since": (ReplayFilter(DeliveryState.DEAD, since=minutes(1)), ["msg_b", "msg_c"]),
    "until": (ReplayFilter(DeliveryState.DEAD, until=minutes(2)), ["msg_a", "msg_b"]),
    "between": (ReplayFilter(DeliveryState.DEAD, since=minutes(1), until=minutes(2)), ["msg_b"]),
    "state": (ReplayFilter(DeliveryState.DELIVERED), ["msg_d"]),
    "nothing": (ReplayFilter(DeliveryState.DEAD, call="call-2", subscription=7), []),
}


@pytest.mark.parametrize(("wanted", "ids"), WANTED.values(), ids=WANTED)
def test_deliveries_are_replayed_by_what_they_are(shelf: Shelf, wanted: ReplayFilter, ids: list[str]) -> None:
    """By call, subscription, time and state, and all of them together."""
    shelf.put("msg_a", created_at=minutes(0))
    shelf.put("msg_b", created_at=minutes(1), call_id="call-2")
    shelf.put("msg_c", created_at=minutes(2), subscription_id=7)
    shelf.put("msg_d", created_at=minutes(3), state=DeliveryState.DELIVERED)
    shelf.put("msg_e", account="other")
    assert shelf.again(wanted) == Replayed(len(ids), more=False)
    assert shelf.sent == ids


def test_a_dry_run_only_counts(shelf: Shelf) -> None:
    """Nothing is queued or changed."""
    record = shelf.put("msg_1")
    assert shelf.again(dry_run=True) == Replayed(1, more=False)
    assert (shelf.sent, shelf.deliveries.get("msg_1")) == ([], record)


def test_a_replay_is_done_once(shelf: Shelf) -> None:
    """Who asks again finds nothing left in that state."""
    shelf.put("msg_1")
    assert [shelf.again().count for _ in range(2)] == [1, 0]
    assert shelf.sent == ["msg_1"]


class CutOff(MemoryDeliveryQueue):
    """A queue whose sender dies before it is reached."""

    def send(self, _: Sequence[Delivery]) -> None:
        raise ConnectionError


def test_a_replay_that_was_cut_off_is_done_by_the_next(shelf: Shelf) -> None:
    """What was made pending and not queued is queued, and counted as it was: not again."""
    shelf.put("msg_1")
    shelf.put("msg_2", created_at=minutes(1))
    with pytest.raises(ConnectionError):
        replay_all("acme", DEAD, shelf.deliveries, CutOff(), dry_run=False)
    assert shelf.again() == Replayed(1, more=False)
    assert shelf.sent == ["msg_1", "msg_2"]


@pytest.mark.parametrize("call", ["", "call-1"])
def test_what_is_pending_for_another_reason_is_left_alone(shelf: Shelf, call: str) -> None:
    """Its first message is on its way; nor is another call's replay gone on with."""
    shelf.put("msg_1", state=DeliveryState.PENDING)
    shelf.put("msg_2", state=DeliveryState.PENDING, replays=1, call_id="call-2")
    shelf.again(ReplayFilter(DeliveryState.DEAD, call=call))
    assert shelf.sent == ([] if call else ["msg_2"])


def test_another_accounts_are_not_replayed(shelf: Shelf) -> None:
    """Whatever else is asked for."""
    shelf.put("msg_1", account="other")
    assert shelf.again() == Replayed(0, more=False)
    assert shelf.again(ReplayFilter(DeliveryState.DEAD, call="call-1")) == Replayed(0, more=False)


def test_a_calls_are_replayed_in_the_order_of_its_events(shelf: Shelf) -> None:
    """Whatever the order in which they died."""
    for sequence, minute in [(3, 2), (1, 0), (2, 2)]:
        shelf.put(f"msg_{9 - sequence}", sequence=sequence, created_at=minutes(minute))
    shelf.again()
    assert shelf.sent == ["msg_8", "msg_7", "msg_6"]


def test_one_request_replays_a_limited_number(shelf: Shelf) -> None:
    """The oldest first, and the answer says that there are more; asking again takes the rest."""
    for n in range(MOST + 5):
        shelf.put(f"msg_{n:05d}", created_at=NOON + timedelta(seconds=n))
    assert shelf.again(dry_run=True) == Replayed(MOST + 5, more=False)
    assert [shelf.again(), shelf.again()] == [Replayed(MOST, more=True), Replayed(5, more=False)]
    assert shelf.sent == [f"msg_{n:05d}" for n in range(MOST + 5)]


def test_a_replay_that_fails_has_its_whole_schedule_again() -> None:
    """It waits behind nothing, is tried fast and then slowly, and arrives when the receiver is back."""
    world = World(schedule=(5.0, 30.0, 120.0))
    world.answer = lambda _: 500
    made = world.happen(1, 2)
    world.run()
    assert {world.state(one) for one in made} == {DeliveryState.DEAD}
    world.seen.clear()
    queue = MemoryDeliveryQueue()
    replay_all("acme", DEAD, world.records, queue, dry_run=False)
    for delivery in queue.sent:
        world.queue(delivery)
    world.run(limit=timedelta(seconds=30))
    assert {world.state(one) for one in made} == {DeliveryState.PARKED}
    world.answer = lambda _: 200
    world.run()
    assert (world.taken(), disorder(world)) == ([1, 2], [])


def test_a_request_without_a_word_of_the_state_means_dead_letters() -> None:
    """They are what is replayed."""
    assert read_replay({"account": "acme"}) == ("acme", DEAD, False)


def test_a_time_without_a_zone_is_utc() -> None:
    """It can be compared with ours."""
    _, wanted, _ = read_replay({"account": "acme", "since": "2026-03-14T12:00:00"})
    assert wanted.since == datetime(2026, 3, 14, 12, tzinfo=UTC)


BAD: list[dict[str, Any]] = [
    {"account": ""}, {"account": None}, {"account": 7}, {"state": "pending"}, {"state": "parked"}, {"state": "lost"},
    {"state": None}, {"call": 7}, {"call": None}, {"subscription": "x"}, {"subscription": []}, {"since": "yesterday"},
    {"until": {}}, {"dry_run": "perhaps"},
]  # fmt: skip


@pytest.mark.parametrize("fields", BAD, ids=str)
def test_a_request_that_does_not_say_which_is_refused(fields: dict[str, Any]) -> None:
    """By the name of the field."""
    with pytest.raises(Invalid) as caught:
        read_replay({"account": "acme", **fields})
    assert caught.value.field in fields
