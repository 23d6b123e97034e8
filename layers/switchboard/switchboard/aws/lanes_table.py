"""Waiting lanes and their parked deliveries: rows of the table of receivers, see `endpoints_table`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from switchboard.aws.deliveries_table import DeliveriesTable
from switchboard.aws.endpoint_rows import (
    endpoint_key,
    grow,
    lane_key,
    new_lane,
    one_more,
    partition,
    place_key,
    read_lane,
    stamp,
)
from switchboard.aws.table import ConditionFailed, Item, from_item, named_errors, to_item
from switchboard.deliveries.attempts import endpoint_of
from switchboard.deliveries.endpoint import EndpointKey, Lane, RetryPhase
from switchboard.deliveries.model import DeliveryRecord, DeliveryState
from switchboard.errors import TryAgain

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HEADS = 25  # parked deliveries of a lane that are read at once
PLACE = 1  # the index of the place among the writes that park a delivery


class LanesTable:
    """The lanes' part of port Endpoints."""

    def __init__(self, client: DynamoDBClient, name: str, deliveries: DeliveriesTable) -> None:
        self._client = client
        self._name = name
        self._deliveries = deliveries

    def lane(self, key: EndpointKey, subject: str) -> Lane | None:
        """Return the lane as of the last write, None without a row."""
        found = self._client.get_item(TableName=self._name, Key=lane_key(key, subject), ConsistentRead=True)
        return read_lane(key, found["Item"]) if "Item" in found else None

    def lanes(self, key: EndpointKey) -> list[Lane]:
        """Return all waiting lanes, the earliest due first. Their rows are small."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :lane)",
            ExpressionAttributeValues=to_item({":pk": partition(key), ":lane": "LANE#"}),
            ConsistentRead=True,
        )
        found = [read_lane(key, item) for page in pages for item in page["Items"]]
        return sorted(found, key=lambda lane: lane.due_at)

    def park(self, record: DeliveryRecord, at: datetime) -> bool:
        """Put a delivery at the end of an existing lane. A parked delivery keeps its place."""
        try:
            self._park(record, at, grow(self._name, record))
        except ConditionFailed as failed:
            return failed.reasons[PLACE] == "ConditionalCheckFailed"  # the message came twice
        return True

    def park_failed(self, record: DeliveryRecord, at: datetime) -> Lane:
        """Insert a lane with a delivery whose first attempt failed."""
        delivery = record.delivery
        try:
            self._park(
                record, at, new_lane(self._name, record, at, RetryPhase.FAST, 1), one_more(self._name, delivery, at, {})
            )
        except ConditionFailed:
            raise TryAgain("The lane is there already.", after=0) from None
        return Lane(endpoint_of(delivery), delivery.subject, delivery.group, 1, 1, RetryPhase.FAST, at)

    def park_unsent(self, record: DeliveryRecord, at: datetime, attempts: int) -> bool:
        """Insert a lane with an untried delivery, if the breaker is open."""
        lane = new_lane(self._name, record, at, RetryPhase.SLOW, attempts)
        is_open = {"ConditionExpression": "#open = :yes", "ExpressionAttributeNames": {"#open": "open"}}
        try:
            self._park(record, at, lane, one_more(self._name, record.delivery, at, is_open))
        except ConditionFailed:
            return False
        return True

    def _park(self, record: DeliveryRecord, at: datetime, *with_it: Any) -> None:
        parked = replace(record, state=DeliveryState.PARKED, parked_at=at)
        item = {**place_key(record.delivery), **to_item({"id": record.delivery.id})}
        place: Any = {"TableName": self._name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}
        writes = [self._deliveries.put_record(parked), {"Put": place}, *with_it]
        self._write_all(writes)

    def head(self, lane: Lane) -> DeliveryRecord | None:
        """Return the first delivery of a lane."""
        places = self._places(lane, 1)
        return self._deliveries.get(from_item(places[0])["id"]) if places else None

    def parked(self, lane: Lane) -> list[DeliveryRecord]:
        """Return the first 25 deliveries of a lane, in order."""
        found = [(item, self._deliveries.get(from_item(item)["id"])) for item in self._places(lane, HEADS)]
        for item, record in found:
            if record is None:
                self._give_up_place(lane, item)
        records = [record for _, record in found if record is not None]
        return records if records or not found else self.parked(lane)

    def _places(self, lane: Lane, limit: int) -> list[Item]:
        answer = self._client.query(
            TableName=self._name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": f"{partition(lane.key)}#{lane.subject}"}),
            Limit=limit,
            ConsistentRead=True,
        )
        return answer["Items"]

    def _give_up_place(self, lane: Lane, item: Item) -> None:
        """Remove the place of a delivery whose record has expired."""
        place = {"TableName": self._name, "Key": {"pk": item["pk"], "sk": item["sk"]}}
        self._write_all(
            [
                {"Delete": {**place, "ConditionExpression": "attribute_exists(pk)"}},
                self._one_less(lane.key, lane.subject),
            ]
        )

    def settle(self, record: DeliveryRecord) -> None:
        """Write the record of a parked delivery. A finished delivery leaves its lane."""
        writes = [self._deliveries.put_record(record)]
        if record.finished:
            place = {"TableName": self._name, "Key": place_key(record.delivery)}
            writes.append({"Delete": {**place, "ConditionExpression": "attribute_exists(pk)"}})
            writes.append(self._one_less(endpoint_of(record.delivery), record.delivery.subject))
        self._write_all(writes)

    def _one_less(self, key: EndpointKey, subject: str) -> Any:
        return {
            "Update": {
                "TableName": self._name,
                "Key": lane_key(key, subject),
                "UpdateExpression": "ADD parked :less",
                "ExpressionAttributeValues": to_item({":less": -1}),
            }
        }

    def leave(self, lane: Lane) -> bool:
        """Remove an empty lane, and decrement its receiver's count of lanes."""
        empty: Any = {
            "TableName": self._name,
            "Key": lane_key(lane.key, lane.subject),
            "ConditionExpression": "parked = :none",
            "ExpressionAttributeValues": to_item({":none": 0}),
        }
        one_less: Any = {
            "TableName": self._name,
            "Key": endpoint_key(lane.key),
            "UpdateExpression": "ADD lanes :less",
            "ExpressionAttributeValues": to_item({":less": -1}),
        }
        try:
            self._write_all([{"Delete": empty}, {"Update": one_less}])
        except ConditionFailed:
            return False
        return True

    def reschedule(self, lane: Lane) -> None:
        """Write attempts, phase, round and times of a lane."""
        values = {
            ":attempts": lane.attempts,
            ":phase": lane.phase.value,
            ":since": stamp(lane.since),
            ":next": stamp(lane.due_at),
            ":round": stamp(lane.round),
        }
        update = "SET attempts = :attempts, phase = :phase, since = :since, next_at = :next"
        with_round = f"{update}, #round = :round" if lane.round else update
        names = {"#round": "round"} if lane.round else None
        self._update(lane_key(lane.key, lane.subject), with_round, values, "attribute_exists(pk)", names)

    def _write_all(self, writes: Any) -> None:
        with named_errors():
            self._client.transact_write_items(TransactItems=writes)

    def _update(
        self, key: Item, update: str, values: Mapping[str, Any], condition: str, names: Mapping[str, str] | None = None
    ) -> bool:
        """Update a row. Returns False if the condition failed."""
        options: Any = {"ExpressionAttributeNames": names} if names else {}
        try:
            with named_errors():
                self._client.update_item(
                    TableName=self._name,
                    Key=key,
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=to_item(values),
                    **options,
                )
        except ConditionFailed:
            return False
        return True
