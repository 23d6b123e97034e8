"""Handle batches of a queue: lanes in parallel, each lane in order. Without groups every message is a lane.

After a failed message, the rest of its lane returns to the queue too. Only handled messages are deleted.

A queue holds a group back while a batch holds a message of the group, and a batch ends with its slowest lane. `Early`
frees the groups of the finished lanes before the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from typing import Any

from switchboard.observability.logs import logger
from switchboard.setbacks import QueueHands, Record, Setback, setback

MOST_RECEIVES = 10  # of a message that fails for a reason of its own
NEVER = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the batch."""

    body: str
    first_receipt: bool
    receives: int = 1


Handle = Callable[[Message], object]


@dataclass(frozen=True, slots=True)
class Early:
    """What acknowledges finished lanes of a batch that lasts longer than `after` seconds.

    `settle` makes durable what the handled messages did. `acknowledge` then deletes the messages of these receipts;
    None leaves all messages to the end of the batch.
    """

    settle: Callable[[], object]
    acknowledge: Callable[[Sequence[str]], object] | None = None
    after: float = 0.2


@dataclass(frozen=True, slots=True)
class LaneBatchHandler:
    """Handles a batch. `reserve` (seconds) is the time that one message may need: none begins with less time left.

    `finish` makes durable what all handled messages did. If `finish` fails, the whole batch returns to the queue.
    """

    handle: Handle
    queue: QueueHands
    workers: int
    reserve: float
    early: Early | None = None
    finish: Callable[[], object] | None = None
    most_receives: int = MOST_RECEIVES

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Return the failed messages as `{"batchItemFailures": [{"itemIdentifier"}]}`."""
        lanes, freed = _by_group(event["Records"]), set[str]()
        watches = self.early and len(lanes) > 1
        failed = self._watched(lanes, context, freed) if watches else self._together(lanes, context)
        failed = self._finished([one for one in event["Records"] if one["receiptHandle"] not in freed], failed)
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}

    def _finished(self, records: list[Record], failed: list[Record]) -> list[Record]:
        """Return the messages that remain after `finish`."""
        if self.finish is None:
            return failed
        try:
            self.finish()
        except Exception as error:  # noqa: BLE001 - what the messages did is not durable, so they come again
            fate = fate_of(self.queue, records, error, NEVER)
            return hidden(self.queue, records, fate.wait)
        return failed

    def _together(self, lanes: list[list[Record]], context: Any) -> list[Record]:
        """Handle all lanes, one of them in this thread, and return the messages that remain."""
        own, *others = lanes
        running = [_threads(self.workers).submit(self._run, lane, context) for lane in others]
        try:
            failed = self._run(own, context)
        finally:
            wait(running)  # also after a failure: no thread may work after the answer
        return failed + [record for rest in running for record in rest.result()]

    def _watched(self, lanes: list[list[Record]], context: Any, freed: set[str]) -> list[Record]:
        """Handle all lanes, free the finished ones while slow ones last, and return the messages that remain.

        `freed` takes the receipts of the deleted messages.
        """
        running = {_threads(self.workers).submit(self._run, lane, context): lane for lane in lanes}
        done, slow = wait(running, self.early.after if self.early else 0)
        while slow:
            freed |= self._free([(running[lane], lane.result()) for lane in done if not lane.exception()])
            done, slow = wait(slow, return_when=FIRST_COMPLETED)
        return [record for rest in running for record in rest.result()]

    def _free(self, finished: Sequence[tuple[list[Record], list[Record]]]) -> set[str]:
        """Delete the handled messages of lanes, and return their receipts.

        A failure frees nothing: the end of the batch deletes the messages.
        """
        receipts = [one["receiptHandle"] for lane, rest in finished for one in lane if one not in rest]
        if not receipts or not self.early:
            return set()
        try:
            self.early.settle()
            if self.early.acknowledge is None:
                return set()
            self.early.acknowledge(receipts)
        except Exception as error:  # noqa: BLE001 - see above
            logger().exception("message.not_freed", extra={"error": type(error).__name__})
            return set()
        return set(receipts)

    def _run(self, lane: list[Record], context: Any) -> list[Record]:
        """Handle a lane, and return the messages that remain."""
        for place, record in enumerate(lane):
            if context.get_remaining_time_in_millis() < self.reserve * 1000:
                return hidden(self.queue, lane[place:], 0)
            try:
                self.handle(_message(record))
            except Exception as error:  # noqa: BLE001 - other lanes go on
                wait = failed(self.queue, [record], error, self.most_receives)
                if wait is not None:
                    return hidden(self.queue, lane[place:], wait)
        return []


def failed(
    queue: QueueHands, records: Sequence[Record], error: Exception, most_receives: int, **facts: str
) -> float | None:
    """Return the seconds until the next try of messages that failed together; None if they went to the dead queue.

    `facts` stand beside the error in the log.
    """
    fate = fate_of(queue, records, error, most_receives, **facts)
    if not fate.poison:
        return fate.wait
    try:
        for record in records:
            queue.set_aside(record, type(error).__name__)
    except Exception as other:  # noqa: BLE001 - the messages stay in the queue
        logger().exception("message.not_set_aside", extra={"error": type(other).__name__})
        return fate.wait
    return None


def fate_of(
    queue: QueueHands, records: Sequence[Record], error: Exception, most_receives: int, **facts: str
) -> Setback:
    """Return the fate of messages that failed together, and log an error that the hub did not raise on purpose."""
    fate = setback(error, receives_of(records[0]), most_receives, outage=queue.is_outage(error))
    if not fate.expected:
        logger().exception("message.failed", extra={**facts, "error": type(error).__name__})
    return fate


def hidden(queue: QueueHands, records: list[Record], seconds: float) -> list[Record]:
    """Return the messages to the queue, hidden for `seconds`."""
    try:
        queue.postpone([record["receiptHandle"] for record in records], seconds)
    except Exception as error:  # noqa: BLE001 - the messages return after their visibility time-out
        logger().exception("message.not_postponed", extra={"error": type(error).__name__})
    return records


def receives_of(record: Record) -> int:
    """Return how often the message was received, this time included."""
    return int(record["attributes"].get("ApproximateReceiveCount", "1"))


@cache
def _threads(workers: int) -> ThreadPoolExecutor:
    """Return the thread pool. Batches share the pool, because starting threads costs more than a request."""
    return ThreadPoolExecutor(workers, "lanes")


def _by_group(records: Iterable[Record]) -> list[list[Record]]:
    lanes: dict[str, list[Record]] = {}
    for record in records:
        group = record["attributes"].get("MessageGroupId", record["messageId"])
        lanes.setdefault(group, []).append(record)
    return list(lanes.values())


def _message(record: Record) -> Message:
    return Message(record["body"], receives_of(record) == 1, receives_of(record))
