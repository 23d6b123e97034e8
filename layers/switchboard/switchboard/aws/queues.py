"""The queues: events in order within a call, deliveries in order within a group, and delayed messages."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import DRAIN, REDIRECT
from switchboard.aws.messages import event_text, message_of
from switchboard.deliveries.endpoint import Drain, RetryMessage
from switchboard.deliveries.model import Delivery
from switchboard.errors import Busy, Invalid
from switchboard.kernel.call import CallEvent
from switchboard.kernel.communication import CrmCallRequest, RedirectRequest
from switchboard.laps import NO_LAPS
from switchboard.telephony.simulator.model import Advance

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
BATCH_BYTES = 900_000  # a batch may hold 1 MiB
LONGEST_DELAY = 900  # seconds


class SqsEventQueue:
    """Port EventQueue of the calls: `events.fifo`."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, event: CallEvent) -> None:
        """Queue the event. Raises TooLarge if a row could not hold the event, Invalid if SQS never takes its text.

        The queue drops a repeat within five minutes; the log of the call finds a later repeat.
        """
        self._send(event, event.id)

    def send_again(self, event: CallEvent) -> None:
        """Queue an event that was kept elsewhere, although the queue may have taken it before. Raises as `send`."""
        self._send(event, f"{event.id}.spilled")

    def _send(self, event: CallEvent, once: str) -> None:
        body = event_text(event)
        try:
            self._client.send_message(
                QueueUrl=self._url,
                MessageBody=body,
                MessageGroupId=f"{event.account}:{event.lane}",
                MessageDeduplicationId=once,
            )
        except self._client.exceptions.InvalidMessageContents:
            raise Invalid("The event has characters that no queue takes.") from None


class SqsRetryQueue:
    """Port RetryQueue: `retries`. Each message has its own delay."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, again: RetryMessage, wait: float) -> None:
        """Queue the message with a delay of `wait` seconds, at most 15 minutes."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=message_of(again),
            DelaySeconds=min(math.ceil(wait), LONGEST_DELAY),
        )


class SqsAdvanceQueue:
    """Port AdvanceQueue of the simulator: `advances`. Each message has its own delay."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, advance: Advance, wait: float) -> None:
        """Queue the next step of a call after `wait` seconds, at most 15 minutes. The worker queues the rest again."""
        self._client.send_message(
            QueueUrl=self._url, MessageBody=message_of(advance), DelaySeconds=min(math.ceil(wait), LONGEST_DELAY)
        )


class SqsCrmCallQueue:
    """Ports Orders of crm: calls to be made, and calls to be redirected."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, asked: CrmCallRequest) -> None:
        """Queue a request for a call. The worker drops a repeat."""
        self._client.send_message(QueueUrl=self._url, MessageBody=message_of(asked))

    def redirect(self, wish: RedirectRequest, wait: int = 0) -> None:
        """Queue a request to redirect a call, for a worker to see after `wait` seconds."""
        self._client.send_message(QueueUrl=self._url, MessageBody=message_of({REDIRECT: wish}), DelaySeconds=wait)


class SqsDeliveryQueue:
    """Ports DeliveryQueue and DrainQueue: `deliveries.fifo`."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, deliveries: Sequence[Delivery]) -> None:
        """Queue the deliveries. Raises TryAgain if one was refused; then all may be sent again."""
        for run in _runs(deliveries):
            self._send([_message(delivery) for delivery in run])

    def waiting(self) -> int:
        """Return about how many messages wait, those in the hands of workers left out."""
        found = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(found["Attributes"]["ApproximateNumberOfMessages"])

    def drain(self, drains: Sequence[Drain]) -> None:
        """Queue messages that drain lanes, each in its lane's group. Raises TryAgain as `send` does."""
        self._send([_drain_message(drain) for drain in drains])

    def _send(self, messages: list[Any]) -> None:
        if len(messages) == 1:
            self._client.send_message(QueueUrl=self._url, **messages[0])
            return
        for batch in _batches(messages):
            entries: Any = [{"Id": str(place), **message} for place, message in enumerate(batch)]
            if self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed"):
                raise Busy("The queue of deliveries refused a message.")


def _runs(deliveries: Sequence[Delivery]) -> list[list[Delivery]]:
    """Return runs for one request each. The queue may refuse part of a request and take the rest.

    So a lane's later event, and a later part of an event, are in a later run.
    """
    runs: list[list[Delivery]] = []
    last: dict[tuple[str, str, str], tuple[int, Delivery]] = {}
    for one in deliveries:
        lane = (one.account, one.endpoint, one.subject)
        place, before = last.get(lane, (0, one))
        place += one.event_id != before.event_id or one.part > before.part
        last[lane] = place, one
        if place == len(runs):
            runs.append([])
        runs[place].append(one)
    return runs


def _message(delivery: Delivery) -> Any:
    return {
        "MessageBody": message_of(delivery),
        "MessageGroupId": f"{delivery.account}:{delivery.group}",
        "MessageDeduplicationId": f"{delivery.id}.{delivery.replays}",
    }


def _drain_message(drain: Drain) -> Any:
    asked = message_of({DRAIN: replace(drain, laps=NO_LAPS)})  # laps are no part of the idempotency key
    return {
        "MessageBody": message_of({DRAIN: drain}),
        "MessageGroupId": f"{drain.key.account}:{drain.group}",
        "MessageDeduplicationId": hashlib.sha256(asked.encode()).hexdigest(),
    }


def _batches(messages: list[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    size = 0
    for message in messages:
        length = len(message["MessageBody"].encode())
        if batch and (len(batch) == BATCH or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += length
    if batch:
        yield batch
