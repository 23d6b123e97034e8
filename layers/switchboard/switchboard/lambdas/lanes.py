"""Batches of a queue: lanes side by side, order kept within each. Without groups every message is a lane.

When a message fails, the rest of its lane waits behind it: all are handed back to the queue together, and only
what was done is deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from typing import Any

from switchboard.errors import TryAgain
from switchboard.observability.logs import logger

UNEXPECTED_WAIT = 15.0  # seconds before a message is tried again that failed for a reason nobody foresaw

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the batch."""

    body: str
    first_receipt: bool


Handle = Callable[[Message], object]
Postpone = Callable[[Sequence[str], float], None]
"""Hides the messages of these receipts for some seconds."""


@dataclass(frozen=True, slots=True)
class LaneBatchHandler:
    """Handles a batch. `reserve` is the time (seconds) that one message may need: none is begun with less left."""

    handle: Handle
    postpone: Postpone
    workers: int
    reserve: float

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """`{"batchItemFailures": [{"itemIdentifier"}]}`."""
        own, *others = _by_group(event["Records"])
        running = [_threads(self.workers - 1).submit(self._run, lane, context) for lane in others]
        try:
            failed = self._run(own, context)
        finally:
            wait(running)  # also where one of them came to grief: nothing goes on behind the answer
        failed += [record for rest in running for record in rest.result()]
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}

    def _run(self, lane: list[Record], context: Any) -> list[Record]:
        """What is left of a lane."""
        for place, record in enumerate(lane):
            if context.get_remaining_time_in_millis() < self.reserve * 1000:
                return self._later(lane[place:], 0)
            try:
                self.handle(_message(record))
            except TryAgain as error:
                return self._later(lane[place:], error.after)
            except Exception as error:  # noqa: BLE001 - one lane's failure is not another's
                logger().exception("message.failed", extra={"error": type(error).__name__})
                return self._later(lane[place:], UNEXPECTED_WAIT)
        return []

    def again(self, records: list[Record], seconds: float) -> dict[str, Any]:
        """The answer that gives a whole batch back, to come again after so long."""
        rest = self._later(records, seconds)
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in rest]}

    def _later(self, rest: list[Record], seconds: float) -> list[Record]:
        try:
            self.postpone([record["receiptHandle"] for record in rest], seconds)
        except Exception as error:  # noqa: BLE001 - they come back when their visibility time-out ends
            logger().exception("message.not_postponed", extra={"error": type(error).__name__})
        return rest


@cache
def _threads(workers: int) -> ThreadPoolExecutor:
    """Kept from batch to batch: to start threads for each costs more than to post what is in it."""
    return ThreadPoolExecutor(workers, "lanes")


def _by_group(records: Iterable[Record]) -> list[list[Record]]:
    lanes: dict[str, list[Record]] = {}
    for record in records:
        group = record["attributes"].get("MessageGroupId", record["messageId"])
        lanes.setdefault(group, []).append(record)
    return list(lanes.values())


def _message(record: Record) -> Message:
    return Message(record["body"], record["attributes"].get("ApproximateReceiveCount", "1") == "1")
