"""Erase in a dead letter queue: delete the messages of an account, or those that hold a number.

The worker of the queue gave these messages up, so nothing else would remove them for a fortnight.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from switchboard.erasures.model import Finding, Wanted

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
HIDDEN = 60  # seconds, less than between two sweeps
MOST_BATCHES = 1000  # of a visit, because a message that is hidden for a minute is seen again
WAIT = 1  # seconds, so that SQS asks all of its servers


class ErasedQueue:
    """Port DataPlace: the dead letter queue of a queue. A message of another account stays."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client, self._queue_url = client, queue_url

    @cached_property
    def _url(self) -> str:
        """The URL of the dead letter queue, which the queue itself names by its ARN; empty without one."""
        found = self._client.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["RedrivePolicy"])
        policy = found.get("Attributes", {}).get("RedrivePolicy")
        if not policy:
            return ""
        arn = str(json.loads(policy)["deadLetterTargetArn"])
        return f"{self._queue_url.rpartition('/')[0]}/{arn.rpartition(':')[2]}"

    def look(self, wanted: Wanted, cursor: str) -> Finding:
        """Receive a batch. The end is reached when none is left in sight. The cursor counts the batches."""
        if not self._url or self._is_empty():
            return Finding({})
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=HIDDEN,
            WaitTimeSeconds=WAIT,
            MessageSystemAttributeNames=["MessageGroupId"],
        )
        messages = answer.get("Messages", [])
        hit = tuple(one["ReceiptHandle"] for one in messages if _is_wanted(one, wanted))
        batch = int(cursor or "0") + 1
        following = str(batch) if messages and batch < MOST_BATCHES else ""
        return Finding({"dead_messages": len(hit)} if hit else {}, following, entries=hit)

    def _is_empty(self) -> bool:
        counted = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessages"])
        return counted["Attributes"]["ApproximateNumberOfMessages"] == "0"

    def erase(self, finding: Finding, wanted: Wanted) -> None:  # noqa: ARG002 - the port has it
        """Delete the messages by their receipts."""
        for receipt in finding.entries:
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=str(receipt))


def _is_wanted(message: Any, wanted: Wanted) -> bool:
    group = str(message.get("Attributes", {}).get("MessageGroupId", ""))
    if group.partition(":")[0] != wanted.account and wanted.account not in _accounts(_read(message["Body"])):
        return False
    return wanted.number is None or wanted.number.found_in(message["Body"])


def _read(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _accounts(value: Any) -> set[str]:
    """Return every value of a field `account`, at any depth."""
    if isinstance(value, list):
        return {one for part in value for one in _accounts(part)}
    if not isinstance(value, dict):
        return set()
    own = {str(value["account"])} if "account" in value else set()
    return own.union(*map(_accounts, value.values()))
