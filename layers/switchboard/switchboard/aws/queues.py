"""The two FIFO queues: call events in order within a call, deliveries in order within a lane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from switchboard.aws.codec import dump
from switchboard.calls.model import CallEvent
from switchboard.deliveries.model import Delivery
from switchboard.errors import TooLarge, TryAgain

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
BATCH_BYTES = 900_000  # of the MiB that a batch may hold
REFUSED_WAIT = 1.0
LARGEST_EVENT = 80_000  # characters: at four bytes each they fit into a row of 400 KB


class EventQueue:
    """Port EventQueue of the calls: `events.fifo`."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, event: CallEvent) -> None:
        """Store the event; TooLarge where its row could not hold it.

        A repeat within five minutes is dropped here, a later one by the log of its call.
        """
        body = dump(event)
        if len(body) > LARGEST_EVENT:
            raise TooLarge("The event is too large to be kept.")
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=body,
            MessageGroupId=f"{event.account}:{event.lane}",
            MessageDeduplicationId=event.id,
        )


class DeliveryQueue:
    """Port DeliveryQueue: `deliveries.fifo`."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, deliveries: Sequence[Delivery]) -> None:
        """Store the deliveries; TryAgain where the queue refused one, and then all may be sent again."""
        for batch in _batches([(delivery, dump(delivery)) for delivery in deliveries]):
            answer = self._client.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {
                        "Id": str(place),
                        "MessageBody": body,
                        "MessageGroupId": f"{delivery.account}:{delivery.lane}",
                        "MessageDeduplicationId": f"{delivery.id}.{delivery.replays}",
                    }
                    for place, (delivery, body) in enumerate(batch)
                ],
            )
            if answer.get("Failed"):
                raise TryAgain("The queue of deliveries refused a message.", REFUSED_WAIT)


def _batches(messages: list[tuple[Delivery, str]]) -> Iterator[list[tuple[Delivery, str]]]:
    batch: list[tuple[Delivery, str]] = []
    size = 0
    for message in messages:
        length = len(message[1].encode())
        if batch and (len(batch) == BATCH or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += length
    if batch:
        yield batch
