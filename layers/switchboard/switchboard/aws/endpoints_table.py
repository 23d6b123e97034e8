"""Receivers with recent failures, their lanes, and the places of parked deliveries.

| pk                              | sk              | what                          | listing (index by_account) |
|---------------------------------|-----------------|-------------------------------|----------------------------|
| <account>#<endpoint>            | ENDPOINT        | the receiver's state          | <account>                  |
| <account>#<endpoint>            | LANE#<subject>  | a lane                        |                            |
| <account>#<endpoint>#<subject>  | <position>      | a parked delivery's id        |                            |
| <account>#<endpoint>            | RATE#<second>   | requests sent in that second  |                            |

The index by_next_attempt (`watch`) holds each watched receiver with its `next_at`. The records of parked deliveries are
in the table of deliveries, written in the same transactions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from switchboard.aws.deliveries_table import DeliveriesTable
from switchboard.aws.endpoint_rows import (
    WATCH,
    endpoint_key,
    lane_key,
    partition,
    places_of,
    read_endpoint,
    read_lane,
    writes_of,
)
from switchboard.aws.row_changes import stamp
from switchboard.aws.table import ConditionFailed, from_item, named_errors, to_item
from switchboard.deliveries.change import EndpointChange
from switchboard.deliveries.endpoint import Endpoint, EndpointKey, Lane, ParkedDelivery, Place
from switchboard.deliveries.rate import RateWindow

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RATE_KEPT = 60  # seconds until a window's count expires, after its end


class EndpointsTable:
    """Ports Endpoints and RateLimiter."""

    def __init__(self, client: DynamoDBClient, name: str, deliveries: DeliveriesTable) -> None:
        self._client = client
        self._name = name
        self._deliveries = deliveries

    def get(self, key: EndpointKey) -> Endpoint | None:
        """Return the receiver's record as of the last write, None without a record."""
        found = self._client.get_item(TableName=self._name, Key=endpoint_key(key), ConsistentRead=True)
        return read_endpoint(found["Item"]) if "Item" in found else None

    def of_account(self, account: str) -> list[Endpoint]:
        """Return an account's receivers that have a record."""
        found = self._query("listing = :account", {":account": account}, IndexName="by_account")
        return [read_endpoint(item) for item in found]

    def overdue(self, since: datetime) -> list[Endpoint]:
        """Return the receivers of all accounts with a time before `since` in the watch's index."""
        values = {":watch": WATCH, ":since": stamp(since)}
        found = self._query("watch = :watch AND next_at < :since", values, IndexName="by_next_attempt")
        return [read_endpoint(item) for item in found]

    def lane(self, key: EndpointKey, subject: str) -> Lane | None:
        """Return the lane as of the last write, None without a row."""
        found = self._client.get_item(TableName=self._name, Key=lane_key(key, subject), ConsistentRead=True)
        return read_lane(key, found["Item"]) if "Item" in found else None

    def lanes(self, key: EndpointKey) -> list[Lane]:
        """Return all waiting lanes, the earliest due first. Their rows are small."""
        values = {":pk": partition(key), ":lane": "LANE#"}
        found = self._query("pk = :pk AND begins_with(sk, :lane)", values, ConsistentRead=True)
        return sorted((read_lane(key, item) for item in found), key=lambda lane: lane.due_at)

    def parked(self, lane: Lane, limit: int) -> list[ParkedDelivery]:
        """Return the first places of a lane, in order, with their deliveries."""
        answer = self._client.query(
            TableName=self._name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": places_of(lane.key, lane.subject)}),
            Limit=limit,
            ConsistentRead=True,
        )
        rows = [from_item(item) for item in answer["Items"]]
        return [ParkedDelivery(Place(row["sk"], row["id"]), self._deliveries.get(row["id"])) for row in rows]

    def commit(self, change: EndpointChange) -> bool:
        """Write a change. A single row needs no transaction, which costs double."""
        record = [self._deliveries.put_record(change.record)] if change.record else []
        writes = [*record, *writes_of(self._name, change)]
        try:
            with named_errors():
                self._write(writes)
        except ConditionFailed:
            return False
        return True

    def take(self, key: EndpointKey, window: RateWindow) -> bool:
        """Count a request in the row of its window. Returns False if the window is full."""
        values = {":one": 1, ":most": window.most, ":expires": window.start + RATE_KEPT + window.seconds}
        try:
            with named_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=to_item({"pk": partition(key), "sk": f"RATE#{window.start}"}),
                    UpdateExpression="SET expires_at = :expires ADD sent :one",
                    ConditionExpression="attribute_not_exists(sent) OR sent < :most",
                    ExpressionAttributeValues=to_item(values),
                )
        except ConditionFailed:
            return False
        return True

    def _write(self, writes: list[Any]) -> None:
        if len(writes) > 1:
            self._client.transact_write_items(TransactItems=writes)
        elif "Update" in writes[0]:
            self._client.update_item(**writes[0]["Update"])
        else:
            self._client.put_item(**writes[0]["Put"])

    def _query(self, condition: str, values: dict[str, Any], **how: Any) -> Iterator[Any]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_item(values),
            **how,
        )
        return (item for page in pages for item in page["Items"])
