"""Erase in a dead letter queue: delete the messages of an account, or those that hold a number.

The worker of the queue gave these messages up, so nothing else would remove them for a fortnight.

SQS shows ten messages of a FIFO group at most, until they are deleted. So a full batch of a group that stays goes to
the end of its group: a copy is queued, then the message is deleted. All messages of the group go round once in a
visit, and keep their order. A copy has the mark of the visit in the attribute `searched`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from switchboard.erasures.model import Finding, Wanted

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
HIDDEN = 60  # seconds, less than between two sweeps
MOST_BATCHES = 1000  # of a visit, because a message that is hidden for a minute is seen again
WAIT = 1  # seconds, so that SQS asks all of its servers


SEARCHED = "searched"  # the attribute with the mark of a visit


@dataclass(frozen=True, slots=True)
class TurnedMessage:
    """A message that goes to the end of its FIFO group. `once` is the deduplication id of the copy."""

    receipt: str
    body: str
    group: str
    once: str
    visit: str


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
        """Receive a batch. The end is reached when none is left in sight. The cursor counts the batches.

        A dry run queues no copies, so it counts the first ten messages of a FIFO group at most.
        """
        if not self._url or self._is_empty():
            return Finding({})
        batch, _, visit = cursor.partition(":")
        visit = visit or uuid4().hex
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=HIDDEN,
            WaitTimeSeconds=WAIT,
            MessageSystemAttributeNames=["MessageGroupId"],
            MessageAttributeNames=[SEARCHED],
        )
        messages = answer.get("Messages", [])
        hit = [one["ReceiptHandle"] for one in messages if _is_wanted(one, wanted)]
        entries: list[object] = [*hit]
        if len(messages) == BATCH:
            rest = (one for one in messages if _group(one) and one["ReceiptHandle"] not in hit)
            entries += [_turned(one, visit) for one in rest if _visit(one) != visit]
        following = f"{int(batch or '0') + 1}:{visit}" if messages and int(batch or "0") < MOST_BATCHES else ""
        return Finding({"dead_messages": len(hit)} if hit else {}, following, entries=tuple(entries))

    def _is_empty(self) -> bool:
        counted = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessages"])
        return counted["Attributes"]["ApproximateNumberOfMessages"] == "0"

    def erase(self, finding: Finding, wanted: Wanted) -> None:  # noqa: ARG002 - the port has it
        """Delete the messages by their receipts, and turn the others of a full FIFO group round."""
        for entry in finding.entries:
            if isinstance(entry, TurnedMessage):
                self._client.send_message(
                    QueueUrl=self._url,
                    MessageBody=entry.body,
                    MessageGroupId=entry.group,
                    MessageDeduplicationId=entry.once,
                    MessageAttributes={SEARCHED: {"DataType": "String", "StringValue": entry.visit}},
                )
            receipt = entry.receipt if isinstance(entry, TurnedMessage) else str(entry)
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=receipt)


def _visit(message: Any) -> str:
    return str(message.get("MessageAttributes", {}).get(SEARCHED, {}).get("StringValue", ""))


def _group(message: Any) -> str:
    return str(message.get("Attributes", {}).get("MessageGroupId", ""))


def _turned(message: Any, visit: str) -> TurnedMessage:
    once = hashlib.sha256(f"{message['MessageId']}#{visit}".encode()).hexdigest()
    return TurnedMessage(message["ReceiptHandle"], message["Body"], _group(message), once, visit)


def _is_wanted(message: Any, wanted: Wanted) -> bool:
    group = _group(message)
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
