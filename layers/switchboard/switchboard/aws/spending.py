"""What accounts spend of their daily budgets, in the table of activity.

| pk                 | sk            | what                                   |
|--------------------|---------------|----------------------------------------|
| ACCOUNT#<account>  | DAY#<date>    | `events` and `deliveries` of the day   |
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from switchboard.accounts.activity.model import HOURS_KEPT_FOR, Spent
from switchboard.aws.table import Item, from_item, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class SpendingTable:
    """Port Spending."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def add(self, account: str, day: date, spent: Spent) -> Spent:
        """Add to a day, and return the day's total."""
        expiry = datetime.combine(day, time(), UTC) + HOURS_KEPT_FOR
        answer = self._client.update_item(
            TableName=self._name,
            Key=_key(account, day),
            UpdateExpression="ADD #events :events, deliveries :deliveries SET expires_at = :expiry",
            ExpressionAttributeNames={"#events": "events"},
            ExpressionAttributeValues=to_item(
                {":events": spent.events, ":deliveries": spent.deliveries, ":expiry": int(expiry.timestamp())}
            ),
            ReturnValues="ALL_NEW",
        )
        return _spent(answer["Attributes"])

    def of(self, account: str, day: date) -> Spent:
        """Return the total of a day."""
        found = self._client.query(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk = :sk",
            ExpressionAttributeValues={f":{name}": value for name, value in _key(account, day).items()},
        )
        return next(map(_spent, found["Items"]), Spent())


def _key(account: str, day: date) -> Item:
    return to_item({"pk": f"ACCOUNT#{account}", "sk": f"DAY#{day.isoformat()}"})


def _spent(item: Item) -> Spent:
    row = from_item(item)
    return Spent(row.get("events", 0), row.get("deliveries", 0))
