"""Ports EventQueue, DeliveryQueue and RetryQueue."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchboard.aws.codec import load, load_queued
from switchboard.aws.queues import SqsDeliveryQueue, SqsEventQueue, SqsRetryQueue
from switchboard.deliveries.endpoint import Drain, EndpointKey, RetryMessage
from switchboard.deliveries.model import Delivery
from switchboard.kernel.call import CallEvent
from tests.fakes.queues import MemoryDeliveryQueue, MemoryEventQueue, MemoryRetryQueue
from tests.support.builders import NOON, a_delivery, an_event, an_event_of_no_call
from tests.support.stack import Stack

BEFORE_A_BATCH = "before-parameter-build.sqs.SendMessageBatch"
Events = tuple[MemoryEventQueue | SqsEventQueue, Callable[[], list[CallEvent]]]
Deliveries = tuple[MemoryDeliveryQueue | SqsDeliveryQueue, Callable[[], list[Delivery]]]
Drains = tuple[MemoryDeliveryQueue | SqsDeliveryQueue, Callable[[], list[Any]]]
Retries = tuple[MemoryRetryQueue | SqsRetryQueue, Callable[[], list[RetryMessage]]]


@pytest.fixture
def events(request: pytest.FixtureRequest, kind: str) -> Events:
    """The queue, and what comes out of it."""
    if kind == "memory":
        memory = MemoryEventQueue()
        return memory, lambda: memory.sent
    stack: Stack = request.getfixturevalue("stack")
    queue = SqsEventQueue(stack.sqs, stack.queue("EventsQueue"))
    return queue, lambda: [load(record["body"], CallEvent) for record in stack.drain("EventsQueue")]


@pytest.fixture
def requests(stack: Stack) -> Iterator[list[list[Any]]]:
    """The entries of each request for several messages."""
    seen: list[list[Any]] = []

    def keep(params: dict[str, Any], **_: Any) -> None:
        seen.append(params["Entries"])

    # The client is that of all tests of the process.
    stack.sqs.meta.events.register(BEFORE_A_BATCH, keep)
    yield seen
    stack.sqs.meta.events.unregister(BEFORE_A_BATCH, keep)


@pytest.fixture
def deliveries(request: pytest.FixtureRequest, kind: str) -> Deliveries:
    """The queue, and what comes out of it."""
    if kind == "memory":
        memory = MemoryDeliveryQueue()
        return memory, lambda: memory.sent
    stack: Stack = request.getfixturevalue("stack")
    queue = SqsDeliveryQueue(stack.sqs, stack.queue("DeliveriesQueue"))
    return queue, lambda: [load(record["body"], Delivery) for record in stack.drain("DeliveriesQueue")]


def test_an_event_comes_out_as_it_went_in(events: Events) -> None:
    """Every field survives the queue."""
    queue, received = events
    event = an_event(raw={"params": {"имя": "Ёж", "n": 1, "list": [None, 2.5]}})
    queue.send(event)
    assert received() == [event]


@pytest.mark.parametrize("letter", ["\x00", "\x1f", "\x7f", "\ufffe", "\uffff", "\U0001ffff"])
def test_any_letter_comes_out_as_it_went_in(events: Events, letter: str) -> None:
    """Those that SQS takes in no body, too."""
    queue, received = events
    event = an_event(raw={"params": {f"name{letter}": f"Ёж{letter}"}})
    queue.send(event)
    assert received() == [event]


def test_events_of_a_call_come_out_in_order(events: Events) -> None:
    """First in, first out."""
    queue, received = events
    sent = [an_event(f"e{n}") for n in range(7)]
    for event in sent:
        queue.send(event)
    assert received() == sent


def test_a_repeated_event_comes_out_once(events: Events) -> None:
    """A repeat within minutes is dropped."""
    queue, received = events
    queue.send(an_event())
    queue.send(an_event())
    assert received() == [an_event()]


def test_an_event_of_no_call_is_queued_too(events: Events) -> None:
    """What belongs to no call has the lane of its source."""
    queue, received = events
    queue.send(an_event_of_no_call())
    assert received() == [an_event_of_no_call()]


def test_deliveries_come_out_in_order(deliveries: Deliveries) -> None:
    """More than one batch of them keeps its order."""
    queue, received = deliveries
    sent = [a_delivery(f"msg_{n}", body=f'{{"н":{n}}}') for n in range(23)]
    queue.send(sent)
    assert received() == sent


def test_large_deliveries_are_split_into_batches_that_the_queue_takes(deliveries: Deliveries) -> None:
    """Ten bodies of 200 KB are more than one request may hold."""
    queue, received = deliveries
    sent = [a_delivery(f"msg_{n}", body="x" * 200_000) for n in range(10)]
    queue.send(sent)
    assert [delivery.id for delivery in received()] == [delivery.id for delivery in sent]


def test_the_messages_of_one_event_are_sent_one_after_the_other(stack: Stack, requests: list[list[Any]]) -> None:
    """Of a request for several the queue may refuse the first and take the second."""
    sent = [a_delivery(f"msg_{of}_{part}", part=part) for of in range(2) for part in range(3)]
    SqsDeliveryQueue(stack.sqs, stack.queue("DeliveriesQueue")).send([*sent, a_delivery("msg_2")])
    assert [len(entries) for entries in requests] == [2, 2]  # and those that go alone by requests for one
    came = [load(record["body"], Delivery) for record in stack.drain("DeliveriesQueue")]
    assert came == [*sent, a_delivery("msg_2")]


def test_events_of_several_calls_share_requests_and_those_of_one_call_do_not(
    stack: Stack, requests: list[list[Any]]
) -> None:
    """The second event of each call is in a later request, and a call's two receivers are two lanes."""
    sent = [
        a_delivery(f"{call}{event}{receiver}", subject=call, event_id=event, endpoint=receiver)
        for call in ("x", "y")
        for event in ("1", "2")
        for receiver in ("a", "b")
    ]
    SqsDeliveryQueue(stack.sqs, stack.queue("DeliveriesQueue")).send(sent)
    told = [[one["MessageDeduplicationId"][:3] for one in entries] for entries in requests]
    assert told == [["x1a", "x1b", "y1a", "y1b"], ["x2a", "x2b", "y2a", "y2b"]]


def test_a_delivery_that_is_queued_twice_comes_out_once(deliveries: Deliveries) -> None:
    """Queueing again what an earlier run may have queued does no harm."""
    queue, received = deliveries
    queue.send([a_delivery()])
    queue.send([a_delivery()])
    assert received() == [a_delivery()]


def test_a_replay_is_another_message(deliveries: Deliveries) -> None:
    """A replay within minutes of the delivery is not taken for a repeat."""
    queue, received = deliveries
    queue.send([a_delivery()])
    queue.send([a_delivery(replays=1)])
    assert [delivery.replays for delivery in received()] == [0, 1]


def test_sending_nothing_is_no_error(deliveries: Deliveries) -> None:
    """An event that nobody subscribed to leaves the queue alone."""
    queue, received = deliveries
    queue.send([])
    assert received() == []


def test_the_lane_of_an_event_is_its_accounts_call(stack: Stack) -> None:
    """Calls of the same id in two accounts never wait for each other."""
    queue = SqsEventQueue(stack.sqs, stack.queue("EventsQueue"))
    queue.send(an_event("e1"))
    queue.send(an_event("e2", account="other"))
    queue.send(an_event_of_no_call("e3"))
    groups = [record["attributes"]["MessageGroupId"] for record in stack.drain("EventsQueue")]
    assert sorted(groups) == ["acme:call-1", "acme:source:s-office", "other:call-1"]


def test_the_group_of_a_delivery_is_its_accounts(stack: Stack) -> None:
    """Receivers of two accounts never wait for each other, whatever their groups are called."""
    queue = SqsDeliveryQueue(stack.sqs, stack.queue("DeliveriesQueue"))
    queue.send([a_delivery("msg_1", group="e1:7"), a_delivery("msg_2", account="other", group="e1:7")])
    groups = [record["attributes"]["MessageGroupId"] for record in stack.drain("DeliveriesQueue")]
    assert sorted(groups) == ["acme:e1:7", "other:e1:7"]


KEY = EndpointKey("acme", "e1")
DRAIN = Drain(KEY, "source:s-1/\u0451", "e1:7", NOON)


@pytest.fixture
def drains(request: pytest.FixtureRequest, kind: str) -> Drains:
    """The queue of deliveries, and the lanes that come out of it."""
    if kind == "memory":
        memory = MemoryDeliveryQueue()
        return memory, lambda: memory.drains
    stack: Stack = request.getfixturevalue("stack")
    queue = SqsDeliveryQueue(stack.sqs, stack.queue("DeliveriesQueue"))
    return queue, lambda: [load_queued(record["body"]) for record in stack.drain("DeliveriesQueue")]


def test_a_lane_to_be_drained_comes_out_as_it_went_in(drains: Drains) -> None:
    """More than a batch of them, too."""
    queue, received = drains
    sent = [replace(DRAIN, subject=f"call-{n}") for n in range(12)]
    queue.drain(sent)
    assert received() == sent


OTHERS = [{"ask": NOON + timedelta(microseconds=1)}, {"in_round": True}, {"send": False}, {"page": 1}]


def test_what_is_asked_for_twice_is_one_message(drains: Drains) -> None:
    """And whatever differs is another."""
    queue, received = drains
    queue.drain([DRAIN])
    queue.drain([DRAIN])
    others = [replace(DRAIN, **other) for other in OTHERS]
    queue.drain(others)
    assert received() == [DRAIN, *others]


def test_a_lane_is_drained_in_the_group_of_its_deliveries(stack: Stack) -> None:
    """So that nobody sends to a receiver without one of its groups."""
    queue = SqsDeliveryQueue(stack.sqs, stack.queue("DeliveriesQueue"))
    queue.send([a_delivery(group="e1:7")])
    queue.drain([DRAIN])
    records = stack.drain("DeliveriesQueue")
    assert [record["attributes"]["MessageGroupId"] for record in records] == ["acme:e1:7"] * 2
    assert [type(load_queued(record["body"])) for record in records] == [Delivery, Drain]


@pytest.fixture
def retries(request: pytest.FixtureRequest, kind: str) -> Retries:
    """The queue, and what comes out of it."""
    if kind == "memory":
        memory = MemoryRetryQueue()
        return memory, lambda: [one.again for one in memory.sent]
    stack: Stack = request.getfixturevalue("stack")
    queue = SqsRetryQueue(stack.sqs, stack.queue("RetriesQueue"))
    return queue, lambda: [load(record["body"], RetryMessage) for record in stack.drain("RetriesQueue")]


@pytest.mark.parametrize("again", [RetryMessage(KEY), RetryMessage(KEY, DRAIN), RetryMessage(KEY, round=NOON)])
def test_what_is_to_be_tried_again_comes_out_as_it_went_in(retries: Retries, again: RetryMessage) -> None:
    """A lane, or a whole receiver."""
    queue, received = retries
    queue.send(again, 0)
    assert received() == [again]


def test_the_same_lane_may_be_queued_twice(retries: Retries) -> None:
    """None of them is taken for a repeat."""
    queue, received = retries
    queue.send(RetryMessage(KEY, DRAIN), 0)
    queue.send(RetryMessage(KEY, DRAIN), 0)
    assert received() == [RetryMessage(KEY, DRAIN)] * 2


@pytest.mark.parametrize(("wait", "delay"), [(0, 0), (0.2, 1), (30, 30), (899.5, 900), (5000, 900)])
def test_a_lane_is_held_back_for_its_time(stack: Stack, wait: float, delay: int) -> None:
    """Never shorter than asked for, within what the queue can hold."""
    asked: list[Any] = []
    events = stack.sqs.meta.events
    events.register("before-parameter-build.sqs.SendMessage", lambda params, **_: asked.append(params), "look")
    SqsRetryQueue(stack.sqs, stack.queue("RetriesQueue")).send(RetryMessage(KEY, DRAIN), wait)
    events.unregister("before-parameter-build.sqs.SendMessage", unique_id="look")
    assert [params["DelaySeconds"] for params in asked] == [delay]


def test_the_length_of_the_queue_is_told(stack: Stack) -> None:
    """Of what waits; what a worker holds is left out."""
    queue = SqsDeliveryQueue(stack.sqs, stack.queue("DeliveriesQueue"))
    assert queue.waiting() == 0
    queue.send([a_delivery("msg_1", group="a"), a_delivery("msg_2", group="b")])
    assert queue.waiting() == 2
