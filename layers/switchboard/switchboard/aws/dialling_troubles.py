"""Failures of accounts' conductors, beside their dialling in DiallingTable.

| pk                | sk     | what                                                            |
|-------------------|--------|-----------------------------------------------------------------|
| dialler#<account> | health | for each part: number of failures, first and last time, error   |

The key sorts before the rows that a query for an account's dialling reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from switchboard.aws.table import ConditionFailed, Item, from_item, named_errors, to_item
from switchboard.campaigns.dialling.health import Part, Trouble

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=30)
FIELDS = ("count", "since", "at", "error")


class TroubleRows:
    """Port Troubles."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client, self._name = client, name

    def add(self, account: str, part: Part, error: str, at: datetime) -> None:
        """Count a failure by one update."""
        self._client.update_item(
            TableName=self._name,
            Key=_key(account),
            UpdateExpression="SET #since = if_not_exists(#since, :at), #at = :at, #error = :error, "
            "expires_at = :expires ADD #count :one",
            ExpressionAttributeNames=_names(part),
            ExpressionAttributeValues=to_item(
                {":at": at.isoformat(), ":error": error, ":one": 1, ":expires": int((at + KEPT_FOR).timestamp())}
            ),
        )

    def clear(self, account: str, part: Part) -> None:
        """Remove the fields of a part, if there are any."""
        with suppress(ConditionFailed), named_errors():
            self._client.update_item(
                TableName=self._name,
                Key=_key(account),
                UpdateExpression="REMOVE #count, #since, #at, #error",
                ConditionExpression="attribute_exists(#count)",
                ExpressionAttributeNames=_names(part),
            )

    def of(self, account: str) -> Mapping[Part, Trouble]:
        """Read the row."""
        found = self._client.get_item(TableName=self._name, Key=_key(account), ConsistentRead=True)
        row = from_item(found["Item"]) if "Item" in found else {}
        return {part: _trouble(row, part) for part in Part if f"{part}_count" in row}


def _trouble(row: Mapping[str, object], part: Part) -> Trouble:
    count, since, at, error = (str(row[f"{part}_{field}"]) for field in FIELDS)
    return Trouble(int(count), datetime.fromisoformat(since), datetime.fromisoformat(at), error)


def _names(part: Part) -> dict[str, str]:
    return {f"#{field}": f"{part}_{field}" for field in FIELDS}


def _key(account: str) -> Item:
    return to_item({"pk": f"dialler#{account}", "sk": "health"})
