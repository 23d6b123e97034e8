"""Replays of many deliveries: in turns, after a kill, and in order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

import pytest

from switchboard.deliveries.model import Delivery, DeliveryState
from switchboard.deliveries.replay import replay
from switchboard.deliveries.replays.begin import ReplayRequest, find_run, stop_run
from switchboard.deliveries.replays.contracts import read_replay
from switchboard.deliveries.replays.letters import PAGE, rounds_of
from switchboard.deliveries.replays.model import ReplayFilter, ReplayRun, ReplayState
from switchboard.deliveries.replays.turn import MOST_WAITING, PAUSE
from switchboard.deliveries.replays.watch import OVERDUE, WatchReplays
from switchboard.errors import Conflict, Invalid
from tests.support.builders import NOON, a_delivery, a_record, an_attempt
from tests.unit.deliveries.shelf import DEAD, Killed, Shelf, minutes
from tests.unit.deliveries.world import World, disorder

MANY, EVENTS = 6000, 5
ASKED = ReplayRequest("acme", DEAD)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


WANTED: dict[str, tuple[ReplayFilter, list[str]]] = {
    "all": (DEAD, ["msg_a", "msg_b", "msg_c"]),
    "call": (replace(DEAD, call="call-2"), ["msg_b"]),
    "destination": (replace(DEAD, subscription=7), ["msg_c"]),
    "since": (replace(DEAD, since=minutes(1)), ["msg_b", "msg_c"]),
    "until": (replace(DEAD, until=minutes(2)), ["msg_a", "msg_b"]),
    "between": (replace(DEAD, since=minutes(1), until=minutes(2)), ["msg_b"]),
    "reason": (replace(DEAD, reason="refused"), ["msg_a"]),
    "status": (replace(DEAD, status=404), ["msg_b"]),
    "state": (ReplayFilter(DeliveryState.DELIVERED), ["msg_d"]),
    "nothing": (replace(DEAD, call="call-2", subscription=7), []),
}


@pytest.mark.parametrize(("wanted", "ids"), WANTED.values(), ids=WANTED)
def test_deliveries_are_replayed_by_what_they_are(shelf: Shelf, wanted: ReplayFilter, ids: list[str]) -> None:
    """By call, destination, time, reason, status and state; a dry run counts the same and changes nothing."""
    shelf.put("msg_a", created_at=minutes(0), reason="refused")
    shelf.put("msg_b", created_at=minutes(1), call_id="call-2", attempts=(an_attempt(500), an_attempt(404)))
    shelf.put("msg_c", created_at=minutes(2), subscription_id=7, attempts=())
    shelf.put("msg_d", created_at=minutes(3), state=DeliveryState.DELIVERED)
    shelf.put("msg_e", account="other")
    counted = shelf.again(wanted, dry_run=True)
    assert (counted.found, counted.replayed, counted.state, shelf.sent) == (len(ids), 0, ReplayState.DONE, [])
    run = shelf.again(wanted)
    assert (run.found, run.replayed, run.skipped) == (len(ids), len(ids), 0)
    assert (shelf.sent, shelf.workflows.started) == (ids, [])


def many(shelf: Shelf) -> None:
    """Letters of many calls, whose events come between one another, two of each at one instant."""
    for n in range(MANY):
        call, sequence = f"call-{n % (MANY // EVENTS)}", n // (MANY // EVENTS)
        fields: dict[str, Any] = {"call_id": call, "subject": call, "sequence": sequence}
        at = NOON + timedelta(seconds=n // 2)
        shelf.deliveries.write(
            [a_record(f"msg_{n:06}", state=DeliveryState.DEAD, attempts=(an_attempt(),), created_at=at, **fields)]
        )


def orders(sent: list[Delivery]) -> dict[str, list[int]]:
    found = defaultdict(list)
    for delivery in sent:
        found[delivery.subject].append(delivery.sequence)
    return found


def test_thousands_are_replayed_although_the_process_is_killed_again_and_again(shelf: Shelf) -> None:
    """Each letter is queued once, each call's in order, and the counts are those of a run without a kill."""
    many(shelf)
    run, kills, lives = shelf.begin(ASKED), 0, cycle([3, 450, 1, 777, 208, 30, 5000])
    while shelf.runs.running():
        left = iter(range(next(lives)))

        def step(left: Any = left) -> None:
            if next(left, None) is None:
                raise Killed

        try:
            shelf.turn(step)(run.id, 0, lambda: False)
        except Killed:
            kills += 1
    assert kills > 10
    assert shelf.counts(run) == (MANY, MANY, 0)
    assert len(shelf.sent) == len(set(shelf.sent)) == MANY
    assert shelf.queue.repeats <= kills * PAGE  # a killed page at most, and the queue drops those
    assert all(order == list(range(EVENTS)) for order in orders(shelf.queue.sent).values())
    assert shelf.again().found == 0


def test_a_killed_replay_leaves_what_was_delivered_meanwhile(shelf: Shelf) -> None:
    """The next turn queues neither delivered letters nor those that another replay took, and counts each once."""
    for n in range(4):
        shelf.put(f"msg_{n}", created_at=minutes(n), subject=f"call-{n}")
    run = shelf.begin(ASKED)
    steps = iter(range(9))  # the page is stored, and some letters are open

    def step() -> None:
        if next(steps, None) is None:
            raise Killed

    with pytest.raises(Killed):
        shelf.turn(step)(run.id, 0, lambda: False)
    delivered = shelf.deliveries.get("msg_0")
    assert delivered is not None
    if delivered.state is DeliveryState.DEAD:
        delivered = delivered.reopened()
    shelf.deliveries.write([delivered.closed(DeliveryState.DELIVERED, shelf.now)])
    shelf.deliveries.forget("msg_3")
    shelf.turn()(run.id, 0, lambda: False)
    assert shelf.counts(run) == (4, 3, 1)
    assert shelf.sent == ["msg_1", "msg_2"]


def test_a_replay_goes_on_in_its_workflow(shelf: Shelf) -> None:
    """The request takes one page, the workflow the others; each turn tells the progress, and an older part ends."""
    for n in range(PAGE * 2 + 5):
        shelf.put(f"msg_{n:04}", created_at=minutes(n))
    times = islice(cycle([False, True]), 9)
    run = shelf.turn().at_once(shelf.begin(ASKED), lambda: next(times))
    assert (run.is_running, run.found, run.replayed) == (True, PAGE, PAGE)
    assert shelf.workflows.started == [(run.id, 1, 0.0)]
    assert shelf.again() == run  # the same request: the same replay, and its workflow has the work
    turn = shelf.turn()
    assert turn(run.id, 0, lambda: False).done
    assert not turn(run.id, 1, lambda: next(times)).done
    assert shelf.counts(run) == (2 * PAGE, 2 * PAGE, 0)
    assert turn(run.id, 1, lambda: False).done
    assert shelf.counts(run) == (PAGE * 2 + 5, PAGE * 2 + 5, 0)
    assert shelf.sent == [f"msg_{n:04}" for n in range(PAGE * 2 + 5)]


def test_a_replay_waits_while_the_queue_is_long(shelf: Shelf) -> None:
    """So one receiver's letters do not hold up another's; a dry run queues nothing and does not wait."""
    shelf.put("msg_1")
    shelf.queue.long = MOST_WAITING + 1
    run = shelf.again()
    assert (run.is_running, shelf.sent, shelf.workflows.started) == (True, [], [(run.id, 1, PAUSE)])
    assert run.next_at == shelf.now + timedelta(seconds=PAUSE)
    assert shelf.again(dry_run=True).found == 1
    shelf.queue.long = 0
    assert shelf.turn()(run.id, 1, lambda: False).done
    assert shelf.sent == ["msg_1"]


def test_a_key_gives_the_same_replay(shelf: Shelf) -> None:
    """Also after its end, and although letters died since. For another filter the key is a conflict."""
    shelf.put("msg_1")
    first = shelf.again(key="monday")
    shelf.put("msg_2")
    assert shelf.again(key="monday") == first
    assert (shelf.again(key="tuesday").replayed, shelf.sent) == (1, ["msg_1", "msg_2"])
    with pytest.raises(Conflict):
        shelf.again(replace(DEAD, call="call-1"), key="monday")
    assert shelf.again(account="other", key="monday").account == "other"


def test_two_replays_at_once_send_each_letter_once(shelf: Shelf) -> None:
    """What the other took is skipped."""
    shelf.put("msg_1")
    run = shelf.begin(ASKED)
    shelf.runs.save(run.planned([shelf.put("msg_1")], "", shelf.now))
    shelf.again(replace(DEAD, call="call-1"))
    shelf.turn()(run.id, 0, lambda: False)
    assert shelf.sent == ["msg_1"]


def test_a_replay_is_stopped(shelf: Shelf) -> None:
    """By the operator, or by the end of its account. What is queued is sent, and the rest stays dead."""
    for n in range(PAGE + 1):
        shelf.put(f"msg_{n:04}", created_at=minutes(n))
    times = iter([False, True])
    run = shelf.turn().at_once(shelf.begin(ASKED), lambda: next(times))
    stopped = stop_run(find_run(run.id, shelf.runs), shelf.runs, lambda: shelf.now)
    assert stop_run(stopped, shelf.runs, lambda: shelf.now) == stopped
    assert shelf.turn()(run.id, 1, lambda: False).done
    assert (len(shelf.sent), stopped.state) == (PAGE, ReplayState.STOPPED)
    second = shelf.begin(ASKED)
    shelf.ending = True
    assert shelf.turn()(second.id, 0, lambda: False).done
    assert find_run(second.id, shelf.runs).state is ReplayState.STOPPED


def test_a_stop_during_a_turn_ends_the_replay(shelf: Shelf) -> None:
    """The turn cannot write its progress any more, and the next turn ends."""
    for n in range(PAGE + 1):
        shelf.put(f"msg_{n:04}", created_at=minutes(n))
    run = shelf.begin(ASKED)

    def stop() -> bool:
        stop_run(find_run(run.id, shelf.runs), shelf.runs, lambda: shelf.now)
        return False

    turn = shelf.turn()
    assert not turn(run.id, 0, stop).done
    assert turn(run.id, 0, stop).done
    assert (shelf.sent, find_run(run.id, shelf.runs).state) == ([], ReplayState.STOPPED)


def test_a_watch_goes_on_with_what_was_cut_off(shelf: Shelf) -> None:
    """A replay whose turn is overdue gets a newer part; after a start of one machine each gets one."""
    shelf.put("msg_1")
    run = shelf.begin(ASKED)
    watch = WatchReplays(shelf.runs, shelf.workflows, lambda: shelf.now)
    assert watch() == []
    shelf.now += OVERDUE + timedelta(seconds=1)
    (newer,) = watch()
    assert shelf.workflows.started == [(run.id, newer.part, 0.0)]
    assert shelf.turn()(run.id, newer.part, lambda: False).done
    assert (shelf.sent, watch(), watch.start_all()) == (["msg_1"], [], [])


def test_replays_of_a_month_ago_are_removed(shelf: Shelf) -> None:
    """A new replay of the account removes them; newer ones stay."""
    old = shelf.again()
    shelf.now += timedelta(days=20)
    newer = shelf.again()
    shelf.now += timedelta(days=20)
    latest = shelf.again()
    assert [run.id for run in shelf.runs.of_account("acme")] == [newer.id, latest.id]
    assert shelf.runs.get(old.id) is None


def test_a_call_is_replayed_page_by_page(shelf: Shelf) -> None:
    """In the order of its events, whatever the order in which they died, and nothing that came after the request."""
    for n in range(PAGE + 30):
        shelf.put(f"msg_{999 - n}", sequence=n, created_at=minutes(n // 40))
    shelf.put("msg_late", created_at=shelf.now + timedelta(seconds=1))
    run = shelf.again(replace(DEAD, call="call-1"))
    assert shelf.counts(run) == (PAGE + 30, PAGE + 30, 0)
    assert shelf.sent == [f"msg_{999 - n}" for n in range(PAGE + 30)]


def test_what_is_pending_for_another_reason_is_left_alone(shelf: Shelf) -> None:
    """Its first message is on its way."""
    shelf.put("msg_1", state=DeliveryState.PENDING)
    record = shelf.put("msg_2")
    replay(record, shelf.deliveries, shelf.queue)
    assert shelf.again() == shelf.runs.of_account("acme")[0]
    assert shelf.sent == ["msg_2"]


def test_a_round_has_one_delivery_of_a_lane() -> None:
    """So no batch of the queue holds two, of which the first may be refused."""
    lanes = "aabacb"
    sent = [a_delivery(f"msg_{n}", subject=lane) for n, lane in enumerate(lanes)]
    rounds = [[one.id for one in some] for some in rounds_of(sent)]
    assert rounds == [["msg_0", "msg_2", "msg_4"], ["msg_1", "msg_5"], ["msg_3"]]


def test_a_replay_that_fails_has_its_whole_schedule_again() -> None:
    """It waits behind nothing, is tried fast and then slowly, and arrives when the receiver is back."""
    world = World(schedule=(5.0, 30.0, 120.0))
    world.answer = lambda _: 500
    made = world.happen(1, 2)
    world.run()
    assert {world.state(one) for one in made} == {DeliveryState.DEAD}
    world.seen.clear()
    shelf = Shelf()
    shelf.deliveries, shelf.now = world.records, world.now
    shelf.again()
    for delivery in shelf.queue.sent:
        world.queue(delivery)
    world.run(limit=timedelta(seconds=30))
    assert {world.state(one) for one in made} == {DeliveryState.PARKED}
    world.answer = lambda _: 200
    world.run()
    assert (world.taken(), disorder(world)) == ([1, 2], [])


def test_a_request_is_read() -> None:
    """Without a word of the state dead letters are meant; a destination is a subscription; times are UTC."""
    assert read_replay({"account": "acme"}) == ASKED
    fields = {"account": "acme", "destination": 7, "since": "2026-03-14T12:00:00", "reason": "x", "status": 500,
              "idempotency_key": "k", "dry_run": True}  # fmt: skip
    wanted = ReplayFilter(
        DeliveryState.DEAD, subscription=7, since=datetime(2026, 3, 14, 12, tzinfo=UTC), reason="x", status=500
    )
    assert read_replay(fields) == ReplayRequest("acme", wanted, "k", dry_run=True)
    assert read_replay({"account": "acme", "subscription": 7, "destination": 7}).wanted.subscription == 7


BAD: list[dict[str, Any]] = [
    {"account": ""}, {"account": None}, {"account": 7}, {"state": "pending"}, {"state": "parked"}, {"state": "lost"},
    {"state": None}, {"call": 7}, {"call": None}, {"subscription": "x"}, {"subscription": []}, {"since": "yesterday"},
    {"until": {}}, {"dry_run": "perhaps"}, {"status": -1}, {"status": "x"}, {"reason": 7}, {"reason": "x" * 201},
    {"idempotency_key": "k" * 201}, {"destination": 2, "subscription": 3},
]  # fmt: skip


def test_a_request_that_does_not_say_which_is_refused() -> None:
    """By the name of the field."""
    for fields in BAD:
        with pytest.raises(Invalid) as caught:
            read_replay({"account": "acme", **fields})
        assert caught.value.field in fields


def test_a_replay_keeps_its_version(shelf: Shelf) -> None:
    """Two writers of one version: the second is refused."""
    run: ReplayRun = shelf.begin(ASKED)
    shelf.runs.save(run)
    with pytest.raises(Conflict):
        shelf.runs.save(run)
