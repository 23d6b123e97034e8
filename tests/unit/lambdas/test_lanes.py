"""Batches whose messages fail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from switchboard.errors import TryAgain
from switchboard.lambdas.lanes import MOST_RECEIVES, Early, LaneBatchHandler, Message
from switchboard.setbacks import QueueHands, Record


class Outage(Exception):
    """A failure that passes by itself."""


@dataclass
class Queue:
    """Notes what a worker does to messages."""

    hidden: dict[str, float] = field(default_factory=dict)
    dead: list[tuple[str, str]] = field(default_factory=list)
    refuses: bool = False

    def hands(self) -> QueueHands:
        """What a worker can do here."""
        return QueueHands(self._hide, self._set_aside, lambda error: isinstance(error, Outage))

    def _hide(self, receipts: Any, seconds: float) -> None:
        self.hidden |= dict.fromkeys(receipts, seconds)

    def _set_aside(self, record: Record, error: str) -> None:
        if self.refuses:
            raise Outage
        self.dead.append((record["messageId"], error))


class Context:
    """A minute is left."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """In milliseconds."""
        return 60_000


def record(name: str, group: str, receives: int = 1) -> Record:
    """A message of a lane."""
    attributes = {"ApproximateReceiveCount": str(receives), "MessageGroupId": group}
    return {"messageId": name, "receiptHandle": name, "body": name, "attributes": attributes}


def raising(errors: dict[str, Exception]) -> Callable[[Message], None]:
    """A handler that fails at some messages."""

    def handle(message: Message) -> None:
        if message.body in errors:
            raise errors[message.body]

    return handle


def remaining(queue: Queue, records: list[Record], errors: dict[str, Exception], **options: Any) -> list[str]:
    """The messages that return to the queue."""
    lanes = LaneBatchHandler(raising(errors), queue.hands(), 2, 5.0, **options)
    answer = lanes({"Records": records}, Context())
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def test_a_message_that_can_never_be_handled_blocks_nothing() -> None:
    """The dead queue gets the message with its error; the rest of its lane goes on in the same batch."""
    queue = Queue()
    batch = [record("bad", "a", MOST_RECEIVES), record("good", "a"), record("other", "b")]
    assert remaining(queue, batch, {"bad": KeyError("id")}) == []
    assert queue.dead == [("bad", "KeyError")]


def test_a_message_is_tried_again_before() -> None:
    """Its lane waits behind the message; other lanes do not."""
    queue = Queue()
    batch = [record("bad", "a", MOST_RECEIVES - 1), record("good", "a"), record("other", "b")]
    assert remaining(queue, batch, {"bad": KeyError("id")}) == ["bad", "good"]
    assert queue.dead == []
    assert queue.hidden == {"bad": 15.0, "good": 15.0}


def test_a_message_outlasts_an_outage() -> None:
    """However often the message was received, the dead queue does not get it."""
    queue = Queue()
    assert remaining(queue, [record("one", "a", 999)], {"one": Outage()}) == ["one"]
    assert 30 <= queue.hidden["one"] <= 60
    assert queue.dead == []


def test_a_message_stays_if_the_dead_queue_cannot_be_reached() -> None:
    """No message is deleted before it stands in the dead queue."""
    queue = Queue(refuses=True)
    assert remaining(queue, [record("bad", "a", 500)], {"bad": KeyError("id")}) == ["bad"]


def test_a_batch_that_cannot_be_finished_comes_again() -> None:
    """What its messages did is not durable. The messages are never given up for that."""

    def broken() -> None:
        raise KeyError("no table")

    queue = Queue()
    batch = [record("one", "a", 999), record("two", "b", 999)]
    assert remaining(queue, batch, {}, finish=broken) == ["one", "two"]
    assert queue.hidden == {"one": 15.0, "two": 15.0}
    assert queue.dead == []


def test_a_finish_that_is_busy_says_how_long() -> None:
    """An error that the hub raises on purpose has its own wait."""

    def busy() -> None:
        raise TryAgain("busy", 0.5)

    queue = Queue()
    assert remaining(queue, [record("one", "a")], {}, finish=busy) == ["one"]
    assert queue.hidden == {"one": 0.5}


def test_a_freed_message_is_not_hidden_by_a_batch_that_cannot_be_finished() -> None:
    """A deleted message cannot be hidden, and the others are."""
    quick_is_gone, receipts = Event(), list[str]()

    def acknowledge(found: Sequence[str]) -> None:
        receipts.extend(found)
        quick_is_gone.set()

    def handle(message: Message) -> None:
        if message.body == "slow":
            assert quick_is_gone.wait(10)

    def broken() -> None:
        raise Outage

    queue = Queue()
    early = Early(lambda: None, acknowledge, after=0.01)
    lanes = LaneBatchHandler(handle, queue.hands(), 2, 5.0, early=early, finish=broken)
    answer = lanes({"Records": [record("quick", "a"), record("slow", "b")]}, Context())
    assert receipts == ["quick"]
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["slow"]
    assert set(queue.hidden) == {"slow"}


def test_lanes_that_are_settled_early_and_not_freed_come_again_if_the_batch_cannot_be_finished() -> None:
    """What the quick lane did is settled while the slow one lasts; its message stays to the end of the batch."""
    settled, queue = Event(), Queue()

    def handle(message: Message) -> None:
        if message.body == "slow":
            assert settled.wait(10)

    def broken() -> None:
        raise Outage

    lanes = LaneBatchHandler(handle, queue.hands(), 2, 5.0, early=Early(settled.set, after=0.01), finish=broken)
    answer = lanes({"Records": [record("quick", "a"), record("slow", "b")]}, Context())
    assert {one["itemIdentifier"] for one in answer["batchItemFailures"]} == {"quick", "slow"}
