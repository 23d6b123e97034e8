"""Keys and rows of the table of receivers; see `endpoints_table`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from switchboard.aws.row_changes import write_of
from switchboard.aws.table import Item, from_item, to_item
from switchboard.deliveries.change import EndpointChange, RowChange
from switchboard.deliveries.endpoint import Endpoint, EndpointKey, Lane, Place, RetryPhase

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


def places_of(key: EndpointKey, subject: str) -> str:
    """Return the partition of a lane's places."""
    return f"{partition(key)}#{subject}"


def writes_of(table: str, change: EndpointChange) -> Iterator[Any]:
    """Yield the writes of a change to this table. The record of a delivery is in another table."""
    if place := change.enters:
        item = {**_place_key(change, place), **to_item({"id": place.delivery})}
        yield {"Put": {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}
    if place := change.leaves:
        gone = {"TableName": table, "Key": _place_key(change, place)}
        yield {"Delete": {**gone, "ConditionExpression": "attribute_exists(pk)"}}
    if change.lane:
        yield write_of(table, lane_key(change.key, change.subject), change.lane, {})
    if change.endpoint:
        yield write_of(table, endpoint_key(change.key), *_as_stored(change.endpoint, change.key.account))


def _place_key(change: EndpointChange, place: Place) -> Item:
    return to_item({"pk": places_of(change.key, change.subject), "sk": place.position})


def _as_stored(change: RowChange, account: str) -> tuple[RowChange, dict[str, Any]]:
    """Return the change without `watched`, and the attributes of the two indexes."""
    to, indexed = dict(change.to), dict[str, Any]()
    if "watched" in to:
        indexed["watch"] = WATCH if to.pop("watched") else None
    if "receiver" in to:
        indexed["listing"] = account
    return replace(change, to=to), indexed


def read_endpoint(item: Item) -> Endpoint:
    """Return the receiver in a row."""
    row = from_item(item)
    account, _, id_ = row["pk"].partition("#")
    return Endpoint(
        key=EndpointKey(account, id_),
        receiver=row.get("receiver", ""),
        lanes=row.get("lanes", 0),
        failures=row.get("failures", 0),
        open=bool(row.get("open")),
        failing=bool(row.get("failing")),
        episode=row.get("episode", 0),
        part=row.get("part", 0),
        step=row.get("step", 0),
        failing_since=_moment(row.get("failing_since")),
        next_at=_moment(row.get("next_at")),
        last_success_at=_moment(row.get("last_success_at")),
        told=bool(row.get("told")),
        round=_moment(row.get("round")),
        failed_probes=row.get("failed_probes", 0),
        watched="watch" in row,
        denied_since=_moment(row.get("denied_since")),
        paused_at=_moment(row.get("paused_at")),
        resumed_at=_moment(row.get("resumed_at")),
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


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
