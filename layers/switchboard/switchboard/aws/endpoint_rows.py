"""Keys and rows of the table of receivers; see `endpoints_table`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from switchboard.aws.table import Item, from_item, to_item
from switchboard.deliveries.attempts import endpoint_of
from switchboard.deliveries.endpoint import Endpoint, EndpointKey, Lane, RetryPhase
from switchboard.deliveries.model import Delivery, DeliveryRecord

WATCH = "FAILING"  # the one partition of the index that the watch reads


def partition(key: EndpointKey) -> str:
    """Return the partition of a receiver and its lanes."""
    return f"{key.account}#{key.id}"


def endpoint_key(key: EndpointKey) -> Item:
    """The key of a receiver's row."""
    return to_item({"pk": partition(key), "sk": "ENDPOINT"})


def lane_key(key: EndpointKey, subject: str) -> Item:
    """The key of a lane's row."""
    return to_item({"pk": partition(key), "sk": f"LANE#{subject}"})


def place_key(delivery: Delivery) -> Item:
    """Return the key of a parked delivery, in the order of sending: sequence, else time; then part."""
    # `~` sorts after every character of an id.
    part = f"~{delivery.part:03d}#" if delivery.part else ""
    place = f"{delivery.sequence:08d}#{stamp(delivery.created_at)}#{part}{delivery.id}"
    return to_item({"pk": f"{partition(endpoint_of(delivery))}#{delivery.subject}", "sk": place})


def grow(table: str, record: DeliveryRecord) -> Any:
    """Return the write that counts one more delivery in an existing lane."""
    return {
        "Update": {
            "TableName": table,
            "Key": lane_key(endpoint_of(record.delivery), record.delivery.subject),
            "UpdateExpression": "ADD parked :one",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeValues": to_item({":one": 1}),
        }
    }


def new_lane(table: str, record: DeliveryRecord, at: datetime, phase: RetryPhase, attempts: int) -> Any:
    """Return the write of a new lane with one delivery."""
    key = lane_key(endpoint_of(record.delivery), record.delivery.subject)
    group = record.delivery.group
    lane = to_item({"group": group, "parked": 1, "attempts": attempts, "phase": phase.value, "since": stamp(at)})
    return {"Put": {"TableName": table, "Item": {**key, **lane}, "ConditionExpression": "attribute_not_exists(pk)"}}


def one_more(table: str, delivery: Delivery, at: datetime, condition: Mapping[str, Any]) -> Any:
    """Return the conditional write that counts one more lane at a receiver, and adds the receiver to the watch."""
    values = {
        ":one": 1,
        ":receiver": delivery.receiver,
        ":account": delivery.account,
        ":watch": WATCH,
        ":at": stamp(at),
    }
    if condition:
        values[":yes"] = 1
    watched = "watch = :watch, next_at = if_not_exists(next_at, :at)"
    return {
        "Update": {
            "TableName": table,
            "Key": endpoint_key(endpoint_of(delivery)),
            "UpdateExpression": f"SET receiver = :receiver, listing = :account, {watched} ADD lanes :one",
            "ExpressionAttributeValues": to_item(values),
            **condition,
        }
    }


def read_endpoint(item: Item) -> Endpoint:
    """Return the receiver in a row."""
    row = from_item(item)
    account, _, id_ = row["pk"].partition("#")
    return Endpoint(
        key=EndpointKey(account, id_),
        receiver=row.get("receiver", ""),
        lanes=row.get("lanes", 0),
        failures=row.get("failures", 0),
        refusals=row.get("refusals", 0),
        open=bool(row.get("open")),
        failing=bool(row.get("failing")),
        episode=row.get("episode", 0),
        part=row.get("part", 0),
        step=row.get("step", 0),
        failing_since=_moment(row.get("failing_since")),
        next_at=_moment(row.get("next_at"))
        if row.get("failing")
        else None,  # without an episode, only the watch uses the time
        last_success_at=_moment(row.get("last_success_at")),
        told=bool(row.get("told")),
        round=_moment(row.get("round")),
        failed_probes=row.get("failed_probes", 0),
    )


def read_lane(key: EndpointKey, item: Item) -> Lane:
    """Return the lane in a row."""
    row = from_item(item)
    return Lane(
        key=key,
        subject=row["sk"].removeprefix("LANE#"),
        group=row["group"],
        parked=row["parked"],
        attempts=row["attempts"],
        phase=RetryPhase(row["phase"]),
        since=datetime.fromisoformat(row["since"]),
        next_at=_moment(row.get("next_at")),
        round=_moment(row.get("round")),
    )


def stamp(at: datetime | None) -> str | None:
    """Return a time as text that sorts."""
    return at.isoformat(timespec="microseconds") if at else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
