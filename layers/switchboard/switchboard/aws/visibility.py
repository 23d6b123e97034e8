"""Messages that a worker has received: the wait before the next attempt, and the end of a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_WAIT = 43_200
BATCH = 10


def postpone(client: SQSClient, queue_url: str, receipts: Sequence[str], seconds: float) -> None:
    """Hide messages for `seconds`. The messages of a lane are hidden together, so that order is kept.

    A message that cannot be hidden keeps no other from it. Raises the last error at the end.
    """
    wait = min(max(0, round(seconds)), LONGEST_WAIT)
    failed: ClientError | None = None
    for receipt in receipts:
        try:
            client.change_message_visibility(QueueUrl=queue_url, ReceiptHandle=receipt, VisibilityTimeout=wait)
        except ClientError as error:
            failed = error
    if failed is not None:
        raise failed


def acknowledge(client: SQSClient, queue_url: str, receipts: Sequence[str]) -> None:
    """Delete messages. A message that is not deleted here is deleted with its batch."""
    for start in range(0, len(receipts), BATCH):
        entries: Any = [{"Id": str(place), "ReceiptHandle": one} for place, one in enumerate(receipts[start:][:BATCH])]
        client.delete_message_batch(QueueUrl=queue_url, Entries=entries)


class DeadLetters:
    """The dead queue of a worker's queue."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def add(self, record: Mapping[str, Any], error: str) -> None:
        """Write a message in its group, with the attribute `error`. The caller then deletes the message."""
        attributes = record["attributes"]
        names = ("MessageGroupId", "MessageDeduplicationId")
        order: Any = {name: attributes[name] for name in names if name in attributes}
        why: Any = {"error": {"DataType": "String", "StringValue": error}}
        self._client.send_message(QueueUrl=self._url, MessageBody=record["body"], MessageAttributes=why, **order)
