"""Pending commands, in TelephonyTable, and the queue that ends their wait.

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

KEPT_FOR = timedelta(days=1)  # after the end of the wait
LATE = timedelta(seconds=5)  # events of the last moment may still be queued
LONGEST_DELAY = 900


class PendingRows:
    """Port PendingCommands."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def expect(self, pending: PendingCommand) -> None:
        """Insert a pending command."""
        with suppress(ConditionFailed), named_errors():
            self._client.put_item(
                TableName=self._name, Item=_item(pending), ConditionExpression="attribute_not_exists(pk)"
            )

    def forget(self, pending: PendingCommand) -> None:
        """Remove a pending command whose order failed."""
        self._client.delete_item(TableName=self._name, Key=_key(pending.key))

    def get(self, key: PendingKey) -> PendingCommand | None:
        """Return a pending command as of the last write."""
        found = self._client.get_item(TableName=self._name, Key=_key(key), ConsistentRead=True).get("Item")
        return load(found["data"]["S"], PendingCommand) if found else None

    def of_extension(self, account: str, extension: str, since: datetime) -> list[PendingCommand]:
        """Return an extension's pending commands since a time, none for a text that cannot be a key."""
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
        """Write all changes in one transaction. Raises TryAgain if one was changed meanwhile."""
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
        """Replace a command that was settled as a success, in the row of TelephonyTable."""
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
    """Port Settlements: `settlements`. Messages are delayed until the end of the wait."""

    def __init__(self, client: SQSClient, url: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._url = url
        self._clock = clock

    def send(self, pending: PendingCommand) -> None:
        """Queue the settlement of a command for the end of its wait."""
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
