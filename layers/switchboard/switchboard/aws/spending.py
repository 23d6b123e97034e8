"""What accounts spend of their daily budgets, in the table of activity.

| pk                 | sk            | what                                   |
|--------------------|---------------|----------------------------------------|
| ACCOUNT#<account>  | DAY#<date>    | `events` and `deliveries`, originates, characters of speech, `told` |
| ACCOUNT#<account>  | STORED#<date> | `bytes` that are kept until the day     |
| ACCOUNT#<account>  | STORED#9999-12-31#<id> | `bytes` of an object that is kept until its deletion |
| ACCOUNT#<account>  | REQUESTS#<s>  | `requests` of the ten seconds from <s>, in seconds since 1970 |
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from datetime import time as time_of_day
from time import time
from typing import TYPE_CHECKING

from switchboard.accounts.activity.model import HOURS_KEPT_FOR, Spent
from switchboard.accounts.ports import DailyUse
from switchboard.aws.table import ConditionFailed, Item, from_item, named_errors, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WINDOW_KEPT_FOR = 3600  # seconds


class SpendingTable:
    """Ports Spending, DailyUses, RequestCounts and StoredBytes."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def add(self, account: str, day: date, spent: Spent) -> Spent:
        """Add to a day, and return the day's total."""
        answer = self._client.update_item(
            TableName=self._name,
            Key=_key(account, day),
            UpdateExpression="ADD #events :events, deliveries :deliveries SET expires_at = :expiry",
            ExpressionAttributeNames={"#events": "events"},
            ExpressionAttributeValues=to_item(
                {":events": spent.events, ":deliveries": spent.deliveries, ":expiry": _expiry(day)}
            ),
            ReturnValues="ALL_NEW",
        )
        return _spent(answer["Attributes"])

    def is_first_told(self, account: str, day: date) -> bool:
        """Write the mark `told` into a day, unless the mark is there."""
        try:
            with named_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=_key(account, day),
                    UpdateExpression="SET told = :told, expires_at = :expiry",
                    ConditionExpression="attribute_not_exists(told)",
                    ExpressionAttributeValues=to_item({":told": 1, ":expiry": _expiry(day)}),
                )
        except ConditionFailed:
            return False
        return True

    def take(self, account_id: str, day: date, what: DailyUse, amount: int, limit: int) -> bool:
        """Add to a day by a conditional write. Returns False above the limit."""
        if amount > limit:
            return False
        try:
            with named_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=_key(account_id, day),
                    UpdateExpression="ADD #what :amount SET expires_at = :expiry",
                    ConditionExpression="attribute_not_exists(#what) OR #what <= :rest",
                    ExpressionAttributeNames={"#what": what.value},
                    ExpressionAttributeValues=to_item(
                        {":amount": amount, ":rest": limit - amount, ":expiry": _expiry(day)}
                    ),
                )
        except ConditionFailed:
            return False
        return True

    def add_requests(self, account_id: str, window: int, requests: int) -> int:
        """Add to the requests of a window, and return the total."""
        answer = self._client.update_item(
            TableName=self._name,
            Key=to_item({"pk": f"ACCOUNT#{account_id}", "sk": f"REQUESTS#{window}"}),
            UpdateExpression="ADD requests :requests SET expires_at = :expiry",
            ExpressionAttributeValues=to_item({":requests": requests, ":expiry": window + WINDOW_KEPT_FOR}),
            ReturnValues="ALL_NEW",
        )
        return int(from_item(answer["Attributes"])["requests"])

    def add_bytes(self, account_id: str, until: date, size: int) -> None:
        """Add bytes that are kept until a day."""
        self._client.update_item(
            TableName=self._name,
            Key=to_item({"pk": f"ACCOUNT#{account_id}", "sk": f"STORED#{until.isoformat()}"}),
            UpdateExpression="ADD #bytes :size SET expires_at = :expiry",
            ExpressionAttributeNames={"#bytes": "bytes"},
            ExpressionAttributeValues=to_item({":size": size, ":expiry": _expiry(until)}),
        )

    def hold_bytes(self, account_id: str, object_id: str, size: int) -> None:
        """Write the bytes of one object. A row of 0 bytes is the row of a deleted object, and expires at once."""
        self._client.update_item(
            TableName=self._name,
            Key=to_item({"pk": f"ACCOUNT#{account_id}", "sk": f"STORED#{date.max.isoformat()}#{object_id}"}),
            UpdateExpression="SET #bytes = :size REMOVE expires_at"
            if size
            else "SET #bytes = :size, expires_at = :now",
            ExpressionAttributeNames={"#bytes": "bytes"},
            ExpressionAttributeValues=to_item({":size": size} if size else {":size": 0, ":now": int(time())}),
        )

    def bytes_from(self, account_id: str, day: date) -> int:
        """Return the bytes that are kept until this day or later, by one query: a row for each day, and each object."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item(
                {":pk": f"ACCOUNT#{account_id}", ":first": f"STORED#{day.isoformat()}", ":last": "STORED#~"}
            ),
        )
        return sum(int(from_item(item)["bytes"]) for page in pages for item in page["Items"])

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


def _expiry(day: date) -> int:
    return int((datetime.combine(day, time_of_day(), UTC) + HOURS_KEPT_FOR).timestamp())


def _spent(item: Item) -> Spent:
    row = from_item(item)
    return Spent(row.get("events", 0), row.get("deliveries", 0))
