"""Deliveries and their attempts: one row each.

| id          | call_key, sequence (index by_call) | state_key, created_at (index by_state) |
|-------------|------------------------------------|----------------------------------------|
| msg_<hash>  | <account>#<call>, <sequence>       | <account>#<state>, <time>              |
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import dump, load
from switchboard.aws.table import ConditionFailed, Item, from_item, is_key, named_errors, newest_first, to_item
from switchboard.deliveries.model import Attempt, Delivery, DeliveryRecord, DeliveryState
from switchboard.errors import Conflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=30)
STATE_KEY = frozenset({"id", "state_key", "created_at"})


class DeliveriesTable:
    """Port Deliveries."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def get(self, delivery_id: str) -> DeliveryRecord | None:
        """The record as of the last write."""
        if not is_key(delivery_id):
            return None
        found = self._client.get_item(TableName=self._name, Key=to_item({"id": delivery_id}), ConsistentRead=True)
        return _record(found["Item"]) if "Item" in found else None

    def put_of(self, delivery: Delivery) -> Any:
        """The write that adds a new delivery, for the transaction that keeps its event."""
        return {"Put": {"TableName": self._name, "Item": _new_item(delivery)}}

    def record(self, delivery: Delivery, attempt: Attempt, state: DeliveryState) -> None:
        """Add an attempt and move the delivery to the state it led to."""
        self._move(
            delivery,
            state,
            None if state is DeliveryState.PENDING else attempt.at,
            ", attempts = list_append(if_not_exists(attempts, :none), :attempt)",
            {":none": {"L": []}, ":attempt": {"L": [{"S": dump(attempt)}]}},
        )

    def finish(self, delivery: Delivery, state: DeliveryState, at: datetime) -> None:
        """Close a delivery that was not sent."""
        self._move(delivery, state, at, "", {})

    def reopen(self, record: DeliveryRecord) -> Delivery:
        """Make a finished delivery pending; of two at once the second gets Conflict."""
        old = record.delivery
        try:
            with named_errors():
                answer = self._client.update_item(
                    TableName=self._name,
                    Key=to_item({"id": old.id}),
                    UpdateExpression="SET #state = :state, state_key = :state_key, earlier = :earlier "
                    "ADD replays :one REMOVE finished_at",
                    ConditionExpression="#state = :old AND (attribute_not_exists(replays) OR replays = :replays)",
                    ExpressionAttributeNames={"#state": "state"},
                    ExpressionAttributeValues=to_item(
                        {
                            ":state": DeliveryState.PENDING.value,
                            ":state_key": f"{old.account}#{DeliveryState.PENDING}",
                            ":earlier": len(record.attempts),
                            ":one": 1,
                            ":old": record.state.value,
                            ":replays": old.replays,
                        }
                    ),
                    ReturnValues="ALL_NEW",
                )
        except ConditionFailed:
            raise Conflict("The delivery is being replayed already.", "delivery") from None
        return _record(answer["Attributes"]).delivery

    def of_call(self, account: str, call_id: str) -> list[DeliveryRecord]:
        """The deliveries of a call in the order of its events."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="by_call",
            KeyConditionExpression="call_key = :call",
            ExpressionAttributeValues=to_item({":call": f"{account}#{call_id}"}),
        )
        return [_record(item) for page in pages for item in page["Items"]]

    def in_state(
        self, account: str, state: DeliveryState, limit: int, cursor: str | None
    ) -> tuple[list[DeliveryRecord], str | None]:
        """Newest first; the index may lag a moment behind."""
        query = {
            "TableName": self._name,
            "IndexName": "by_state",
            "KeyConditionExpression": "state_key = :state",
            "ExpressionAttributeValues": to_item({":state": f"{account}#{state}"}),
        }
        items, following = newest_first(self._client, query, limit, cursor, STATE_KEY)
        return [_record(item) for item in items], following

    def _move(
        self, delivery: Delivery, state: DeliveryState, finished: datetime | None, more: str, values: Item
    ) -> None:
        known = to_item(
            {
                ":state": state.value,
                ":state_key": f"{delivery.account}#{state}",
                ":finished": _stamp(finished) if finished else None,
            }
        )
        finished_too = ", finished_at = :finished" if finished else ""
        # A row that its time to live has removed is not brought back by half.
        with suppress(ConditionFailed), named_errors():
            self._client.update_item(
                TableName=self._name,
                Key=to_item({"id": delivery.id}),
                UpdateExpression=f"SET #state = :state, state_key = :state_key{finished_too}{more}",
                ConditionExpression="attribute_exists(id)",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={**known, **values},
            )


def _record(item: Item) -> DeliveryRecord:
    row = from_item(item)
    finished = row.get("finished_at")
    return DeliveryRecord(
        delivery=replace(load(row["data"], Delivery), replays=row.get("replays", 0)),
        state=DeliveryState(row["state"]),
        attempts=tuple(load(attempt, Attempt) for attempt in row.get("attempts", [])),
        earlier=row.get("earlier", 0),
        finished_at=datetime.fromisoformat(finished) if finished else None,
    )


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _new_item(delivery: Delivery) -> Item:
    """The row of a delivery that nobody has tried yet."""
    return to_item(
        {
            "id": delivery.id,
            "account": delivery.account,
            "call_key": f"{delivery.account}#{delivery.call_id}" if delivery.call_id else None,
            "sequence": delivery.sequence,
            "state": DeliveryState.PENDING.value,
            "state_key": f"{delivery.account}#{DeliveryState.PENDING}",
            "created_at": _stamp(delivery.created_at),
            "data": dump(delivery),
            "expires_at": int((delivery.created_at + KEPT_FOR).timestamp()),
        }
    )
