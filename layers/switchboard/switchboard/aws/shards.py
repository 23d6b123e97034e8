"""Listings of an account, spread over partitions of an index, and read newest first as one list.

A partition of DynamoDB takes 1,000 write units a second. A listing has `SHARDS` partitions, so one account can write
several thousand rows a second. Rows of an earlier version are in one further partition, without a number. The index's
sort key is time and id. The key is unique, so a page can end between any two rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import TYPE_CHECKING, Any
from zlib import crc32

from switchboard.aws.codec import NOT_A_CURSOR, dump_cursor, load_cursor
from switchboard.aws.table import Item, is_key, to_item
from switchboard.errors import Invalid

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHARDS = 8
READ_AT_ONCE = 100  # the most that DynamoDB reads in one batch
FIRST, LAST = "0", "9"  # sort before and after every time
BEFORE = frozenset({"before"})
SAME_TIME = 1000  # rows of one time that stay on one page


def shard_of(id_: str) -> int:
    """Return the shard of an id. Ids spread evenly, and an id never changes its shard."""
    return crc32(id_.encode()) % SHARDS


def sharded(listing: str, id_: str) -> str:
    """Return the partition of a row in a listing."""
    return f"{listing}#{shard_of(id_)}"


def partitions(listing: str) -> list[str]:
    """Return every partition of a listing; the last is that of the earlier version."""
    return [*(f"{listing}#{number}" for number in range(SHARDS)), listing]


@dataclass(frozen=True, slots=True)
class SpreadIndex:
    """An index with sharded listings: table, name, key attributes, and the table's key."""

    client: DynamoDBClient
    table: str
    name: str
    listing: str
    place: str
    key: tuple[str, ...]

    def newest_first(
        self, listing: str, limit: int, cursor: str | None, since: str = FIRST, until: str = LAST
    ) -> tuple[list[Item], str | None]:
        """Return a page of rows and the next cursor. Raises Invalid for a cursor of another list.

        Rows that were removed since the index was written are left out, so a page may be below its limit.
        """
        before = _before(cursor, until)
        if before < since:  # DynamoDB refuses a range that ends before it begins
            return [], None
        places = self._places(listing, limit, since, before)
        page = places[:limit]
        following = {"before": page[-1][self.place]} if len(places) > limit else None
        keys = [{name: place[name] for name in self.key} for place in page]
        return read_all(self.client, self.table, keys), dump_cursor(following)

    def oldest_first(self, listing: str, limit: int, after: str, until: str) -> tuple[list[Item], str]:
        """Return the oldest rows behind a place, and the place of the last; empty if no row is behind it.

        Rows of one time stay on one page. Rows that were removed since the index was written are left out.
        """
        if until < after:
            return [], ""
        places = self._places(listing, limit, after, until, forward=True)
        page, following = places[:limit], ""
        if len(places) > limit:
            last = page[-1][self.place]["S"]
            page += self._places(listing, SAME_TIME, last, _end_of_time(last), forward=True)
            following = page[-1][self.place]["S"]
        keys = [{name: place[name] for name in self.key} for place in page]
        return read_all(self.client, self.table, keys), following

    def _places(self, listing: str, limit: int, since: str, before: str, *, forward: bool = False) -> list[Item]:
        """Return the newest rows of the index, or the oldest with `forward`; at most `limit` + 1."""
        runs = [self._run(one, limit + 1, since, before, forward=forward) for one in partitions(listing)]
        ordered = merge(*runs, key=lambda item: item[self.place]["S"], reverse=not forward)
        return [item for _, item in zip(range(limit + 1), ordered, strict=False)]

    def _run(self, partition: str, limit: int, since: str, before: str, *, forward: bool) -> list[Item]:
        answer = self.client.query(
            TableName=self.table,
            IndexName=self.name,
            KeyConditionExpression="#listing = :listing AND #place BETWEEN :since AND :before",
            ExpressionAttributeNames={"#listing": self.listing, "#place": self.place},
            ExpressionAttributeValues=to_item({":listing": partition, ":since": since, ":before": before}),
            ScanIndexForward=forward,
            Limit=limit + 1,  # the range includes the last row of the previous page
        )
        passed = since if forward else before
        return [item for item in answer["Items"] if item[self.place]["S"] != passed][:limit]


def read_all(client: DynamoDBClient, table: str, keys: Sequence[Item]) -> list[Item]:
    """Return the rows of these keys as of the last write, in the order of the keys. Missing rows are left out."""
    found: dict[tuple[str, ...], Item] = {}
    names = sorted(keys[0]) if keys else []
    unique = list({_values(key, names): key for key in keys}.values())
    for start in range(0, len(unique), READ_AT_ONCE):
        rows = _read(client, table, unique[start : start + READ_AT_ONCE])
        found |= {_values(row, names): row for row in rows}
    return [found[place] for key in keys if (place := _values(key, names)) in found]


def _read(client: DynamoDBClient, table: str, keys: Sequence[Item]) -> list[Item]:
    wanted: Any = {table: {"Keys": keys, "ConsistentRead": True}}
    found: list[Item] = []
    while wanted:
        answer = client.batch_get_item(RequestItems=wanted)
        found += answer["Responses"].get(table, [])
        wanted = answer.get("UnprocessedKeys")
    return found


def _values(item: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(item[name]["S"] for name in names)


def _end_of_time(place: str) -> str:
    """Return the end of the places with the same time: `$` follows `#`, which stands between time and id."""
    return place.partition("#")[0] + "$"


def _before(cursor: str | None, until: str) -> str:
    """Return the upper end of a page: the last row of the previous page, or the end of the time range."""
    if cursor is None:
        return until
    place = load_cursor(cursor, BEFORE)["before"]
    if place.keys() != {"S"} or not FIRST <= place["S"] <= LAST or not is_key(place["S"]):
        raise Invalid(NOT_A_CURSOR, "cursor")
    return min(place["S"], until)
