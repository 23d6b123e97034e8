"""Receivers in trouble, the lanes that wait for them, and what is parked in each.

| pk                              | sk              | what                          | listing (index by_account) |
|---------------------------------|-----------------|-------------------------------|----------------------------|
| <account>#<endpoint>            | ENDPOINT        | the receiver's state          | <account>                  |
| <account>#<endpoint>            | LANE#<subject>  | a lane, and who has it now    |                            |
| <account>#<endpoint>#<subject>  | <place>         | a parked delivery's id        |                            |
| <account>#<endpoint>            | RATE#<second>   | requests sent in that second  |                            |

While an episode of trouble lasts, a receiver stands in the index by_next_attempt under `watch`. Parked deliveries
themselves are rows of the table of deliveries, written in the same transactions.
"""

from __future__ import annotations

import math
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
    read_endpoint,
    read_lane,
    stamp,
)
from switchboard.aws.table import ConditionFailed, Item, from_item, named_errors, to_item
from switchboard.deliveries.attempts import endpoint_of
from switchboard.deliveries.endpoint import Endpoint, EndpointKey, Lane, Phase
from switchboard.deliveries.model import DeliveryRecord, DeliveryState
from switchboard.errors import TryAgain

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HEADS = 25  # parked deliveries of a lane that are read at once
PLACE = 1  # where the place stands among the writes that park a delivery
WATCH = "FAILING"
RATE_KEPT = 60  # seconds that a second's count is kept


class EndpointsTable:
    """Ports Endpoints and RateLimiter."""

    def __init__(self, client: DynamoDBClient, name: str, deliveries: DeliveriesTable) -> None:
        self._client = client
        self._name = name
        self._deliveries = deliveries

    def get(self, key: EndpointKey) -> Endpoint | None:
        """The receiver's record as of the last write; None for one that was never in trouble."""
        found = self._client.get_item(TableName=self._name, Key=endpoint_key(key), ConsistentRead=True)
        return read_endpoint(found["Item"]) if "Item" in found else None

    def of_account(self, account: str) -> list[Endpoint]:
        """Every receiver of an account that has a record."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="by_account",
            KeyConditionExpression="listing = :account",
            ExpressionAttributeValues=to_item({":account": account}),
        )
        return [read_endpoint(item) for page in pages for item in page["Items"]]

    def overdue(self, since: datetime) -> list[Endpoint]:
        """Receivers in trouble, of all accounts, whose next attempt should have been before that."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="by_next_attempt",
            KeyConditionExpression="watch = :watch AND next_at < :since",
            ExpressionAttributeValues=to_item({":watch": WATCH, ":since": stamp(since)}),
        )
        return [read_endpoint(item) for page in pages for item in page["Items"]]

    def lane(self, key: EndpointKey, subject: str) -> Lane | None:
        """The lane as of the last write."""
        found = self._client.get_item(TableName=self._name, Key=lane_key(key, subject), ConsistentRead=True)
        return read_lane(key, found["Item"]) if "Item" in found else None

    def lanes(self, key: EndpointKey, limit: int) -> list[Lane]:
        """Lanes that wait, at most so many, those first whose time is earliest: all are read, they are small."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :lane)",
            ExpressionAttributeValues=to_item({":pk": partition(key), ":lane": "LANE#"}),
            ConsistentRead=True,
        )
        found = [read_lane(key, item) for page in pages for item in page["Items"]]
        return sorted(found, key=lambda lane: lane.next_at or lane.since)[:limit]

    def park(self, record: DeliveryRecord, at: datetime) -> bool:
        """Put a delivery at the end of its lane, if there is one still; one that is in it stays where it is."""
        try:
            self._park(record, at, grow(self._name, record))
        except ConditionFailed as failed:
            return failed.reasons[PLACE] == "ConditionalCheckFailed"  # its message came twice
        return True

    def park_failed(self, record: DeliveryRecord, at: datetime) -> Lane:
        """Make a lane of a delivery whose first attempt failed."""
        delivery = record.delivery
        try:
            self._park(record, at, new_lane(self._name, record, at, Phase.FAST, 1), one_more(self._name, delivery, {}))
        except ConditionFailed:
            raise TryAgain("The lane is there already.", after=0) from None
        return Lane(endpoint_of(delivery), delivery.subject, 1, 1, Phase.FAST, at)

    def park_unsent(self, record: DeliveryRecord, at: datetime, attempts: int) -> bool:
        """Make a lane of a delivery that was not tried, while the breaker is open."""
        lane = new_lane(self._name, record, at, Phase.SLOW, attempts)
        is_open = {"ConditionExpression": "#open = :yes", "ExpressionAttributeNames": {"#open": "open"}}
        try:
            self._park(record, at, lane, one_more(self._name, record.delivery, is_open))
        except ConditionFailed:
            return False
        return True

    def _park(self, record: DeliveryRecord, at: datetime, *with_it: Any) -> None:
        parked = replace(record, state=DeliveryState.PARKED, parked_at=at)
        item = {**place_key(record.delivery), **to_item({"id": record.delivery.id})}
        place: Any = {"TableName": self._name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}
        writes = [self._deliveries.put_record(parked), {"Put": place}, *with_it]
        with named_errors():
            self._client.transact_write_items(TransactItems=writes)

    def parked(self, lane: Lane) -> list[DeliveryRecord]:
        """The first deliveries of a lane, in order."""
        answer = self._client.query(
            TableName=self._name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": f"{partition(lane.key)}#{lane.subject}"}),
            Limit=HEADS,
            ConsistentRead=True,
        )
        records = [self._deliveries.get(from_item(item)["id"]) for item in answer["Items"]]
        return [record for record in records if record is not None]

    def settle(self, record: DeliveryRecord) -> None:
        """Write a parked delivery; one that is finished leaves its lane."""
        writes = [self._deliveries.put_record(record)]
        if record.finished:
            place = {"TableName": self._name, "Key": place_key(record.delivery)}
            shrink = {
                "TableName": self._name,
                "Key": lane_key(endpoint_of(record.delivery), record.delivery.subject),
                "UpdateExpression": "ADD parked :less",
                "ExpressionAttributeValues": to_item({":less": -1}),
            }
            writes += [{"Delete": {**place, "ConditionExpression": "attribute_exists(pk)"}}, {"Update": shrink}]
        with named_errors():
            self._client.transact_write_items(TransactItems=writes)

    def leave(self, lane: Lane) -> bool:
        """Take away an empty lane, and count it off its receiver's."""
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
            with named_errors():
                self._client.transact_write_items(TransactItems=[{"Delete": empty}, {"Update": one_less}])
        except ConditionFailed:
            return False
        return True

    def lease(self, lane: Lane, now: datetime, until: datetime) -> bool:
        """Have a lane to oneself; a lease that has run out is nobody's."""
        return self._update(
            lane_key(lane.key, lane.subject),
            "SET leased_until = :until",
            {":until": stamp(until), ":now": stamp(now)},
            "attribute_exists(pk) AND (attribute_not_exists(leased_until) OR leased_until <= :now)",
        )

    def reschedule(self, lane: Lane) -> None:
        """Write attempts, phase and next time of a lane, and give it back."""
        values = {":attempts": lane.attempts, ":phase": lane.phase.value, ":next": stamp(lane.next_at or lane.since)}
        update = "SET attempts = :attempts, phase = :phase, next_at = :next REMOVE leased_until"
        self._update(lane_key(lane.key, lane.subject), update, values, "attribute_exists(pk)")

    def failed(self, key: EndpointKey) -> Endpoint:
        """Count a lane whose fast attempts ran out."""
        return self._changed(key, "ADD failures :one", {":one": 1})

    def refused(self, key: EndpointKey, receiver: str) -> None:
        """Count a final refusal."""
        values = {":one": 1, ":receiver": receiver, ":account": key.account}
        self._changed(key, "SET receiver = :receiver, listing = :account ADD refusals :one", values)

    def succeeded(self, key: EndpointKey, at: datetime) -> None:
        """Forget what went wrong, and close the breaker."""
        values = {":none": 0, ":at": stamp(at)}
        update = "SET failures = :none, refusals = :none, #open = :none, step = :none, last_success_at = :at"
        self._update(endpoint_key(key), update, values, "attribute_exists(pk)", {"#open": "open"})

    def begin(self, endpoint: Endpoint, at: datetime, next_at: datetime) -> Endpoint:
        """Begin an episode; of two at once one begins it and both get it."""
        values = {":yes": 1, ":no": 0, ":one": 1, ":at": stamp(at), ":next": stamp(next_at), ":watch": WATCH}
        planned = "next_at = if_not_exists(next_at, :next)"
        self._update(
            endpoint_key(endpoint.key),
            f"SET failing = :yes, failing_since = :at, watch = :watch, part = :no, {planned} ADD episode :one",
            values,
            "attribute_not_exists(failing) OR failing = :no",
        )
        return self.get(endpoint.key) or endpoint

    def hand_on(self, endpoint: Endpoint, part: int, at: datetime) -> None:
        """Have a newer part drive the episode from `at` on."""
        values = {":part": part, ":next": stamp(at), ":episode": endpoint.episode}
        newer = "episode = :episode AND part < :part"
        self._update(endpoint_key(endpoint.key), "SET part = :part, next_at = :next", values, newer)

    def open(self, endpoint: Endpoint) -> None:
        """Open the breaker; a success forgets the failures that were seen."""
        values = {":yes": 1, ":seen": endpoint.failures, ":step": endpoint.step, ":next": stamp(endpoint.next_at)}
        update = "SET #open = :yes, step = :step, next_at = :next"
        self._update(endpoint_key(endpoint.key), update, values, "failures >= :seen", {"#open": "open"})

    def plan(self, endpoint: Endpoint) -> None:
        """Write step and next time, where the breaker is as it was seen."""
        values = {":open": int(endpoint.open), ":step": endpoint.step, ":next": stamp(endpoint.next_at)}
        same = (
            "#open = :open"
            if endpoint.open
            else "attribute_exists(pk) AND (attribute_not_exists(#open) OR #open = :open)"
        )
        self._update(endpoint_key(endpoint.key), "SET step = :step, next_at = :next", values, same, {"#open": "open"})

    def recovered(self, endpoint: Endpoint) -> bool:
        """End the episode where no lane waits."""
        return self._update(
            endpoint_key(endpoint.key),
            "SET failing = :none, #open = :none, step = :none, failures = :none REMOVE next_at, failing_since, watch",
            {":none": 0, ":episode": endpoint.episode},
            "lanes = :none AND episode = :episode",
            {"#open": "open"},
        )

    def take(self, key: EndpointKey, rate: float, at: datetime) -> bool:
        """Count a request in its second; False where the second is full. Below one a second, windows are longer."""
        window = max(1, math.ceil(1 / rate))
        slot = int(at.timestamp()) // window * window
        values = {":one": 1, ":most": max(1, int(rate)), ":expires": slot + RATE_KEPT + window}
        return self._update(
            to_item({"pk": partition(key), "sk": f"RATE#{slot}"}),
            "SET expires_at = :expires ADD sent :one",
            values,
            "attribute_not_exists(sent) OR sent < :most",
        )

    def _changed(self, key: EndpointKey, update: str, values: Mapping[str, Any]) -> Endpoint:
        with named_errors():
            answer = self._client.update_item(
                TableName=self._name,
                Key=endpoint_key(key),
                UpdateExpression=update,
                ExpressionAttributeValues=to_item(values),
                ReturnValues="ALL_NEW",
            )
        return read_endpoint(answer["Attributes"])

    def _update(
        self, key: Item, update: str, values: Mapping[str, Any], condition: str, names: Mapping[str, str] | None = None
    ) -> bool:
        """Whether the condition held, and the update was made."""
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
