"""Open calls: rows of CallsTable that two sparse indexes hold from the start of a call to its end.

| index        | partition                  | sort key  | holds                                 |
|--------------|----------------------------|-----------|---------------------------------------|
| by_next_look | watch: OPEN#<shard>        | next_look | the open calls of all accounts        |
| of_source    | device: <account>#<source> | next_look | those of a device that counts its ids |

An index is written at the start and at the end of a call, and for each look. The events between write no index.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from switchboard.aws.codec import load_call
from switchboard.aws.shards import partitions, read_all, sharded
from switchboard.aws.table import ConditionFailed, from_item, is_key, named_errors, to_item
from switchboard.calls.lost import FIRST_LOOK, OPEN
from switchboard.kernel.call import AppliedEvent, Call

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WATCH = "OPEN"
AT_ONCE = 100
PLACED = "watch = if_not_exists(watch, :watch), next_look = if_not_exists(next_look, :look)"
OF_DEVICE = "device = if_not_exists(device, :device)"
REMOVED = " REMOVE watch, next_look, device"


class OpenCallRows:
    """Port OpenCalls."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def due(self, until: datetime) -> Iterator[list[Call]]:
        """Yield the calls whose next look is due: a page of each shard in turn, so that no shard waits for another."""
        runs = [self._pages("by_next_look", "watch", one, _stamp(until)) for one in partitions(WATCH)[:-1]]
        for pages in zip_longest(*runs):
            yield from (page for page in pages if page)

    def of_source(self, account: str, source: str) -> Iterator[list[Call]]:
        """Yield the open calls of a source that counts its call ids from one again."""
        partition = f"{account}#{source}"
        return self._pages("of_source", "device", partition, "~") if is_key(partition) else iter(())

    def look_again(self, call: Call, at: datetime) -> None:
        """Set the time of the next look of an open call."""
        with suppress(ConditionFailed), named_errors():
            self._client.update_item(
                TableName=self._name,
                Key=to_item({"pk": f"{call.account}#{call.id}", "sk": "CALL"}),
                UpdateExpression="SET next_look = :look",
                ConditionExpression="attribute_exists(watch)",
                ExpressionAttributeValues=to_item({":look": _stamp(at)}),
            )

    def _pages(self, index: str, key: str, partition: str, until: str) -> Iterator[list[Call]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName=index,
            KeyConditionExpression=f"{key} = :partition AND next_look <= :until",
            ExpressionAttributeValues=to_item({":partition": partition, ":until": until}),
            PaginationConfig={"PageSize": AT_ONCE},
        )
        return (self._read(page["Items"]) for page in pages)

    def _read(self, places: list[Any]) -> list[Call]:
        """Return the calls as of the last write. The index may still hold a call that has ended."""
        keys = [{"pk": place["pk"], "sk": place["sk"]} for place in places]
        rows = read_all(self._client, self._name, keys)
        calls = [load_call(from_item(row)["data"]) for row in rows if "data" in row]
        return [call for call in calls if call.state in OPEN]


def place_of(applied: AppliedEvent, call: Call) -> tuple[str, dict[str, str]]:
    """Return what an event changes in the indexes of open calls: a part of an update, and the part's values."""
    if call.state not in OPEN:
        return REMOVED, {}
    event = applied.event
    values = {":watch": sharded(WATCH, call.id), ":look": _stamp(event.received_at + FIRST_LOOK)}
    if not event.reusable_ids:
        return f", {PLACED}", values
    return f", {PLACED}, {OF_DEVICE}", {**values, ":device": f"{event.account}#{event.source}"}


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
