"""Commands that wait for their calls, in TelephonyTable, and the queue that says when they have waited long enough.

| pk                             | sk                  | what                              |
|--------------------------------|---------------------|-----------------------------------|
| <account>#pending:<extension>  | <time>#<command id> | a command that waits for its call |
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import dump, load
from switchboard.aws.messages import message_of
from switchboard.aws.table import ConditionFailed, is_key, named_errors, to_item
from switchboard.errors import TryAgain
from switchboard.telephony.model import Command, CommandState
from switchboard.telephony.pending import PendingCommand, PendingKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

KEPT_FOR = timedelta(days=1)  # after the time for a call is over
LATE = timedelta(seconds=5)  # events of the last moment may still be under way
LONGEST_DELAY = 900


class PendingRows:
    """Port PendingCommands."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def expect(self, pending: PendingCommand) -> None:
        """Keep a new one."""
        with suppress(ConditionFailed), named_errors():
            self._client.put_item(
                TableName=self._name, Item=_item(pending), ConditionExpression="attribute_not_exists(pk)"
            )

    def forget(self, pending: PendingCommand) -> None:
        """Let go of one that came to nothing."""
        self._client.delete_item(TableName=self._name, Key=_key(pending.key))

    def get(self, key: PendingKey) -> PendingCommand | None:
        """One, as of the last write."""
        found = self._client.get_item(TableName=self._name, Key=_key(key), ConsistentRead=True).get("Item")
        return load(found["data"]["S"], PendingCommand) if found else None

    def of_extension(self, account: str, extension: str, since: datetime) -> list[PendingCommand]:
        """Those of late; what is no key, whatever a PBX calls an extension, has none."""
        pk = _pk(account, extension)
        if not is_key(pk):
            return []
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk >= :since",
            ExpressionAttributeValues=to_item({":pk": pk, ":since": _stamp(since)}),
            ConsistentRead=True,
        )
        return [load(item["data"]["S"], PendingCommand) for page in pages for item in page["Items"]]

    def judged(self, changes: Sequence[tuple[PendingCommand, PendingCommand]]) -> None:
        """Write all or none."""
        puts = [
            {
                "Put": {
                    "TableName": self._name,
                    "Item": _item(after),
                    "ConditionExpression": "#data = :before",
                    "ExpressionAttributeNames": {"#data": "data"},
                    "ExpressionAttributeValues": to_item({":before": dump(before)}),
                }
            }
            for before, after in changes
        ]
        try:
            with named_errors():
                self._client.transact_write_items(TransactItems=puts)  # type: ignore[arg-type]
        except ConditionFailed:
            raise TryAgain("Another worker judges the same command.", after=0) from None

    def retract(self, command: Command) -> None:
        """Replace a command that was taken for a success. The row is TelephonyTable's, where nothing else may."""
        with suppress(ConditionFailed), named_errors():
            self._client.update_item(
                TableName=self._name,
                Key=to_item({"pk": f"{command.account}#command:{command.id}", "sk": "COMMAND"}),
                UpdateExpression="SET #data = :data, #state = :state",
                ConditionExpression="#state = :succeeded",
                ExpressionAttributeNames={"#data": "data", "#state": "state"},
                ExpressionAttributeValues=to_item(
                    {
                        ":data": dump(command),
                        ":state": command.state.value,
                        ":succeeded": CommandState.SUCCEEDED.value,
                    }
                ),
            )


class SettlementQueue:
    """Port Settlements: `settlements`, whose messages are held back until the time for a call is over."""

    def __init__(self, client: SQSClient, url: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._url = url
        self._clock = clock

    def send(self, pending: PendingCommand) -> None:
        """Have a command settled when its time is over."""
        wait = math.ceil((pending.until + LATE - self._clock()).total_seconds())
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=message_of(pending.key),
            DelaySeconds=min(max(wait, 0), LONGEST_DELAY),
        )


def _item(pending: PendingCommand) -> Any:
    values = {"data": dump(pending), "expires_at": int((pending.until + KEPT_FOR).timestamp())}
    return {**_key(pending.key), **to_item(values)}


def _key(key: PendingKey) -> Any:
    return to_item({"pk": _pk(key.account, key.extension), "sk": f"{_stamp(key.asked_at)}#{key.command}"})


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _pk(account: str, extension: str) -> str:
    return f"{account}#pending:{extension}"
