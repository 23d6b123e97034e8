"""The queues: call events in order within a call, deliveries in order within a group, and what waits for its time."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import DRAIN, REDIRECT
from switchboard.aws.messages import message_of
from switchboard.deliveries.endpoint import Drain, RetryMessage
from switchboard.deliveries.model import Delivery
from switchboard.errors import TooLarge, TryAgain
from switchboard.kernel.call import CallEvent
from switchboard.kernel.communication import CrmCallRequest, RedirectRequest
from switchboard.laps import NO_LAPS
from switchboard.telephony.simulator.model import Advance

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
BATCH_BYTES = 900_000  # of the MiB that a batch may hold
REFUSED_WAIT = 1.0
LONGEST_DELAY = 900  # seconds
LARGEST_EVENT = 80_000  # characters: at four bytes each they fit into a row of 400 KB


class SqsEventQueue:
    """Port EventQueue of the calls: `events.fifo`."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, event: CallEvent) -> None:
        """Store the event; TooLarge where its row could not hold it.

        A repeat within five minutes is dropped here, a later one by the log of its call.
        """
        body = message_of(event)
        if len(body) > LARGEST_EVENT:
            raise TooLarge("The event is too large to be kept.")
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=body,
            MessageGroupId=f"{event.account}:{event.lane}",
            MessageDeduplicationId=event.id,
        )


class SqsRetryQueue:
    """Port RetryQueue: `retries`, whose messages are held back each for its own time."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, again: RetryMessage, wait: float) -> None:
        """Have it back after `wait` seconds."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=message_of(again),
            DelaySeconds=min(math.ceil(wait), LONGEST_DELAY),
        )


class SqsAdvanceQueue:
    """Port AdvanceQueue of the simulator: `advances`, whose messages are held back each for its own time."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, advance: Advance, wait: float) -> None:
        """Have a call played on after `wait` seconds; a longer wait than a queue knows ends early, and goes on."""
        self._client.send_message(
            QueueUrl=self._url, MessageBody=message_of(advance), DelaySeconds=min(math.ceil(wait), LONGEST_DELAY)
        )


class SqsCrmCallQueue:
    """Ports Orders of CRMs' side: calls that are to be made, and to be put through."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, asked: CrmCallRequest) -> None:
        """Have a call made; twice the same is one."""
        self._client.send_message(QueueUrl=self._url, MessageBody=message_of(asked))

    def redirect(self, wish: RedirectRequest) -> None:
        """Have a call put through."""
        self._client.send_message(QueueUrl=self._url, MessageBody=message_of({REDIRECT: wish}))


class SqsDeliveryQueue:
    """Ports DeliveryQueue and DrainQueue: `deliveries.fifo`."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, deliveries: Sequence[Delivery]) -> None:
        """Store the deliveries; TryAgain where the queue refused one, and then all may be sent again."""
        for run in _runs(deliveries):
            self._send([_message(delivery) for delivery in run])

    def drain(self, drains: Sequence[Drain]) -> None:
        """Have lanes drained, each in its group; TryAgain as above."""
        self._send([_drain_message(drain) for drain in drains])

    def _send(self, messages: list[Any]) -> None:
        if len(messages) == 1:
            self._client.send_message(QueueUrl=self._url, **messages[0])
            return
        for batch in _batches(messages):
            entries: Any = [{"Id": str(place), **message} for place, message in enumerate(batch)]
            if self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed"):
                raise TryAgain("The queue of deliveries refused a message.", REFUSED_WAIT)


def _runs(deliveries: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    """What may go together. Of a batch the queue may take a part, so what must follow another goes after it."""
    run: list[Delivery] = []
    for delivery in deliveries:
        if delivery.part and run:
            yield run
            run = []
        run.append(delivery)
    if run:
        yield run


def _message(delivery: Delivery) -> Any:
    return {
        "MessageBody": message_of(delivery),
        "MessageGroupId": f"{delivery.account}:{delivery.group}",
        "MessageDeduplicationId": f"{delivery.id}.{delivery.replays}",
    }


def _drain_message(drain: Drain) -> Any:
    asked = message_of({DRAIN: replace(drain, laps=NO_LAPS)})  # the same, however often its message went round
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
