"""The visibility time-out of failed messages: the wait before the next attempt at a lane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_WAIT = 43_200


def postpone(client: SQSClient, queue_url: str, receipts: Sequence[str], seconds: float) -> None:
    """Hide messages for `seconds`. The messages of a lane are hidden together, so that order is kept."""
    wait = min(max(0, round(seconds)), LONGEST_WAIT)
    for receipt in receipts:
        client.change_message_visibility(QueueUrl=queue_url, ReceiptHandle=receipt, VisibilityTimeout=wait)
