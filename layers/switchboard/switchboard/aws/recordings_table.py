"""Recordings: a row each, with the bytes in a bucket, and the numbers of recordings.

| id        | listing, created_at (index by_account) | watch, next_at (index by_next_attempt) |
|-----------|----------------------------------------|----------------------------------------|
| <32 hex>  | <account>#<shard>, <time>#<id>         | WAITING#<shard>, <time>                |
| <account>#<number> | –                             | –                                      |

The index by_next_attempt holds a recording from its first event until its end has been reported.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from switchboard.accounts.model import RETENTIONS
from switchboard.aws.codec import dump
from switchboard.aws.shards import SpreadIndex, partitions, sharded
from switchboard.aws.table import ConditionFailed, Item, from_item, is_key, load_row, named_errors, row_of, to_item
from switchboard.recordings.model import Recording, RecordingState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=400)  # as calls, without the bytes
WATCH = "WAITING"
KNOWN = frozenset({
    "id", "listing", "created_at", "watch", "next_at", "state", "part", "generation", "lease", "data", "expires_at",
})  # fmt: skip
UNCHANGED = "#state = :state AND #part = :part AND generation = :generation AND lease = :lease"
NAMES = {"#state": "state", "#part": "part"}


class RecordingsTable:
    """Port Recordings."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name
        self._by_account = SpreadIndex(client, name, "by_account", "listing", "created_at", ("id",))

    def add(self, recording: Recording) -> bool:
        """Insert a recording. Returns False if the id is taken."""
        try:
            with named_errors():
                self._client.put_item(
                    TableName=self._name, Item=_item(recording), ConditionExpression="attribute_not_exists(id)"
                )
        except ConditionFailed:
            return False
        return True

    def get(self, recording_id: str) -> Recording | None:
        """Return the recording as of the last write."""
        if not is_key(recording_id):
            return None
        found = self._client.get_item(TableName=self._name, Key=to_item({"id": recording_id}), ConsistentRead=True)
        return _recording(found["Item"]) if "Item" in found else None

    def number(self, recording: Recording, number: int) -> None:
        """Write a row from a number to its call."""
        expires = recording.created_at + timedelta(days=max(RETENTIONS)) + KEPT_FOR
        values = {"call": recording.call_id, "expires_at": int(expires.timestamp())}
        item = to_item({"id": f"{recording.account}#{number}", **values})
        with suppress(ConditionFailed), named_errors():
            self._client.put_item(TableName=self._name, Item=item, ConditionExpression="attribute_not_exists(id)")

    def call_of(self, account: str, number: str) -> str | None:
        """Return the call of a number."""
        key = f"{account}#{number}"
        if not is_key(key):
            return None
        found = self._client.get_item(TableName=self._name, Key=to_item({"id": key}), ConsistentRead=True)
        return str(from_item(found["Item"])["call"]) if "Item" in found else None

    def save(self, before: Recording, after: Recording) -> bool:
        """Replace `before` by `after`, by compare-and-set. Returns False if the stored row differs."""
        try:
            with named_errors():
                self._client.put_item(
                    TableName=self._name,
                    Item=_item(after),
                    ConditionExpression=UNCHANGED,
                    ExpressionAttributeNames=NAMES,
                    ExpressionAttributeValues=to_item(_version(before)),
                )
        except ConditionFailed:
            return False
        return True

    def overdue(self, since: datetime) -> list[Recording]:
        """Return the recordings with a next attempt before `since`."""
        return [recording for one in partitions(WATCH) for recording in self._overdue(one, since)]

    def _overdue(self, partition: str, since: datetime) -> list[Recording]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="by_next_attempt",
            KeyConditionExpression="watch = :watch AND next_at < :since",
            ExpressionAttributeValues=to_item({":watch": partition, ":since": _stamp(since)}),
        )
        return [_recording(item) for page in pages for item in page["Items"]]

    def listed(
        self, account: str, state: RecordingState | None, limit: int, cursor: str | None
    ) -> tuple[list[Recording], str | None]:
        """Return a page, newest first. A page below its limit need not be the last page."""
        items, following = self._by_account.newest_first(account, limit, cursor)
        recordings = [_recording(item) for item in items]
        return [one for one in recordings if state is None or one.state is state], following


def _item(recording: Recording) -> Item:
    kept_from = recording.finished_at or recording.created_at
    is_kept = recording.state is RecordingState.AVAILABLE
    kept_for = timedelta(days=recording.days) if is_kept else KEPT_FOR
    waiting = recording.next_at is not None
    return row_of(
        recording,
        {
            "id": recording.id,
            "listing": sharded(recording.account, recording.id),
            "created_at": f"{_stamp(recording.created_at)}#{recording.id}",
            "watch": sharded(WATCH, recording.id) if waiting else None,
            "next_at": _stamp(recording.next_at) if recording.next_at else None,
            "state": recording.state.value,
            "part": recording.part,
            "generation": recording.generation,
            "lease": recording.lease,
            "data": dump(recording),
            "expires_at": int((kept_from + kept_for).timestamp()),
        },
    )


def _version(recording: Recording) -> dict[str, str | int]:
    return {
        ":state": recording.state.value,
        ":part": recording.part,
        ":generation": recording.generation,
        ":lease": recording.lease,
    }


def _recording(item: Item) -> Recording:
    return load_row(item, Recording, KNOWN)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
