"""Dialling: the state of each account's lines, and the executions.

| pk                       | sk                 | what                                                                |
|--------------------------|--------------------|---------------------------------------------------------------------|
| dialler#<account>        | state              | version, rate, back-off, changing fields of executions, lines       |
| dialler#<account>        | line#<channel>     | the call of a channel of a large trunk; see `dialling_rows`         |
| execution#<account>#<id> | state              | the execution at its start, then at its end; index by_account       |
| execution#<account>#<id> | subscriber#<index> | the record of a subscriber                                          |

A query may see half of a transaction, so the state has a digest of its line rows.

An earlier version had a row for each line, and a state in `data` and `executions`. Both layouts are read. A line moves
into the state with its next change.

The index by_next_attempt holds each unfinished execution, with the time of its workflow's next turn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from switchboard.aws.codec import dump, load
from switchboard.aws.daily_counts import check_caps, count_writes
from switchboard.aws.dialling_rows import LIVE, Live, is_folded, pack, record_of, record_values, unpack
from switchboard.aws.execution_rows import (
    KEPT_FOR,
    WATCH,
    execution_of,
    execution_pk,
    execution_row,
    item_of,
    stamp,
    state_key,
)
from switchboard.aws.table import ConditionFailed, Item, from_item, is_key, named_errors, newest_first, to_item
from switchboard.campaigns.dialling.state import Change, Dialler, DiallingState, Line
from switchboard.errors import TryAgain
from switchboard.kernel.campaign import Execution, SubscriberRecord
from switchboard.kernel.remembered import Remembered

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LISTING_KEY = frozenset({"pk", "sk", "listing", "created_at"})
REMEMBERED = 1000
MOST_LOOKS = 5  # attempts to read a state that is being written
MOST_READ = 100  # rows that one request reads by their keys


class _Row(NamedTuple):
    """An account's row, and the JSON of the lines with their own rows, by channel."""

    state: Mapping[str, Any]
    apart: Mapping[int, str]


class DiallingTable:
    """Port DiallingStore. Snapshots of active executions are cached, because only `Live` changes."""

    def __init__(self, client: DynamoDBClient, name: str, counts: str) -> None:
        """`counts` is the name of the table with the daily calls of telephones."""
        self._client = client
        self._name = name
        self._counts = counts
        self._begun: Remembered[tuple[str, str], Execution] = Remembered(REMEMBERED)
        self._apart: Remembered[str, tuple[int, frozenset[int]]] = Remembered(REMEMBERED)  # as of a version

    def load(self, account: str) -> DiallingState:
        """Return dialler and lines as of the last write."""
        row = self._row_of(account)
        if row is None:
            return DiallingState(Dialler(account))
        self._apart[account] = row.state["version"], frozenset(row.apart)
        dialler, lives, lines = _parts(row.state)
        self._forget(account, {live.id for live in lives})
        executions = {live.id: self._restored(account, live) for live in lives}
        lines = sorted([*lines, *(load(text, Line) for text in row.apart.values())], key=lambda line: line.channel)
        return DiallingState(dialler, executions, {line.channel: line for line in lines})

    def commit(self, before: int, change: Change) -> bool:
        """Write a change under the optimistic lock `before`. Returns False if the version differs."""
        apart = self._apart_at(change.after.dialler.account, before)
        if apart is None:
            return False
        after = change.after
        folded = {line.channel for line in change.lines if is_folded(after, line)}
        touched = {line.channel for line in change.lines} | set(change.freed)
        left = (apart - touched) | {line.channel for line in change.lines} - folded
        first = self._state_put(before, after, left)
        try:
            with named_errors():
                self._write(first, [*count_writes(self._counts, change), *self._other_writes(change, apart, folded)])
        except ConditionFailed as failed:
            if not self._is_written(first):
                check_caps(change, failed.reasons)
                return False
        except TryAgain:  # another worker writes the same rows
            return False
        self._apart[after.dialler.account] = after.dialler.version, frozenset(left)
        self._begun.update({(one.account, one.id): one for one in change.begun})
        return True

    def records(self, execution: str, account: str, subscribers: Sequence[int]) -> Mapping[int, SubscriberRecord]:
        """Read records by their keys."""
        found: list[SubscriberRecord] = []
        for first in range(0, len(subscribers), MOST_READ):
            some = subscribers[first : first + MOST_READ]
            keys = [to_item({"pk": execution_pk(account, execution), "sk": _subscriber(index)}) for index in some]
            found += [record_of(row) for row in self._batch(keys)]
        return {record.index: record for record in found}

    def records_between(self, execution: str, account: str, first: int, count: int) -> Mapping[int, SubscriberRecord]:
        """Read a range of records by one query."""
        last = _subscriber(first + count - 1)
        if count <= 0 or not is_key(execution_pk(account, execution)):
            return {}
        rows = self._rows(execution_pk(account, execution), _subscriber(first), last)
        found = [record_of(row) for row in rows]
        return {record.index: record for record in found}

    def snapshot(self, account: str, execution: str) -> Execution | None:
        """Return an execution from its own row."""
        if not is_key(execution_pk(account, execution)):
            return None
        found = self._client.get_item(TableName=self._name, Key=state_key(account, execution), ConsistentRead=True)
        return execution_of(found["Item"]) if "Item" in found else None

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Execution], str | None]:
        """Return a page of an account's executions, by the index by_account."""
        query: dict[str, Any] = {
            "TableName": self._name,
            "IndexName": "by_account",
            "KeyConditionExpression": "listing = :account",
            "ExpressionAttributeValues": to_item({":account": account}),
        }
        items, following = newest_first(self._client, query, limit, cursor, LISTING_KEY)
        return [execution_of(item) for item in items], following

    def forget(self, account: str, execution: str) -> None:
        """Remove the execution's own row. The rows of its subscribers expire."""
        self._client.delete_item(TableName=self._name, Key=state_key(account, execution))

    def watch(self, account: str, execution: str, until: datetime | None) -> None:
        """Set the time of an execution in the watch's index, or remove the entry."""
        update, values = "REMOVE watch, next_at", dict[str, str | int]({":no": 0})
        if until is not None:
            update, values = "SET next_at = :at, watch = :watch", {":no": 0, ":at": stamp(until), ":watch": WATCH}
        with suppress(ConditionFailed), named_errors():
            self._client.update_item(
                TableName=self._name,
                Key=state_key(account, execution),
                UpdateExpression=update,
                ConditionExpression="is_over = :no",
                ExpressionAttributeValues=to_item(values),
            )

    def overdue(self, since: datetime) -> list[Execution]:
        """Return the executions with a time before `since` in the watch's index."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="by_next_attempt",
            KeyConditionExpression="watch = :watch AND next_at < :since",
            ExpressionAttributeValues=to_item({":watch": WATCH, ":since": stamp(since)}),
        )
        return [execution_of(item) for page in pages for item in page["Items"]]

    def _row_of(self, account: str) -> _Row | None:
        """Return the dialler's row and the line rows of the same version. Raises TryAgain after five attempts."""
        if not is_key(f"dialler#{account}"):
            return None
        for _ in range(MOST_LOOKS):
            rows = {row["sk"]: row for row in self._rows(f"dialler#{account}", "line#", "state")}
            state = rows.pop("state", None)
            if state is None:
                return None
            apart = {int(sk.removeprefix("line#")): rows[sk]["data"] for sk in sorted(rows)}
            if _digest(apart.values()) == state["digest"]:
                return _Row(state, apart)
        raise TryAgain("The account's dialling is being changed.", 1.0)

    def _apart_at(self, account: str, version: int) -> frozenset[int] | None:
        """Return the channels whose lines have their own rows, None if the version has changed."""
        if not version:
            return frozenset()
        known, apart = self._apart.get(account, (0, frozenset()))
        if known != version:
            found = self._row_of(account)
            if found is None or found.state["version"] != version:
                return None
            apart = frozenset(found.apart)
        return apart

    def _write(self, first: Any, others: list[Any]) -> None:
        """Write the rows. The dialler's row alone needs no transaction, which costs double."""
        if others:
            self._client.transact_write_items(TransactItems=[{"Put": first}, *others])
        else:
            self._client.put_item(**first)

    def _is_written(self, put: Any) -> bool:
        """Whether an earlier try of this write succeeded and only its answer was lost."""
        key = {name: put["Item"][name] for name in ("pk", "sk")}
        found = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item", {})
        return bool(found.get("write") == put["Item"]["write"])

    def _state_put(self, before: int, after: DiallingState, apart: Collection[int]) -> Any:
        lines = [after.lines[channel] for channel in sorted(after.lines)]
        state = {
            "version": after.dialler.version,
            "write": token_hex(4),
            "packed": pack(after, [line for line in lines if line.channel not in apart]),
            "digest": _digest(dump(line) for line in lines if line.channel in apart),
        }
        put = {"TableName": self._name, "Item": item_of(f"dialler#{after.dialler.account}", "state", state)}
        if not before:
            return {**put, "ConditionExpression": "attribute_not_exists(pk)"}
        values = to_item({":before": before})
        return {**put, "ConditionExpression": "version = :before", "ExpressionAttributeValues": values}

    def _other_writes(self, change: Change, apart: frozenset[int], folded: set[int]) -> Iterator[Any]:
        account = change.after.dialler.account
        for line in change.lines:
            if line.channel not in folded:
                yield self._put(item_of(f"dialler#{account}", _line(line.channel), {"data": dump(line)}))
        for channel in sorted(apart & (set(change.freed) | folded)):
            key = to_item({"pk": f"dialler#{account}", "sk": _line(channel)})
            yield {"Delete": {"TableName": self._name, "Key": key}}
        for (execution, index), record in change.records.items():
            own = {**record_values(record), "expires_at": self._expires(account, execution, change)}
            yield self._put(item_of(execution_pk(account, execution), _subscriber(index), own))
        for one in (*change.begun, *change.over):
            yield self._put(execution_row(one))

    def _put(self, item: Item) -> Any:
        return {"Put": {"TableName": self._name, "Item": item}}

    def _expires(self, account: str, execution: str, change: Change) -> int:
        """Return the expiry of a subscriber's row, by the end of its execution."""
        ended = {one.id: one for one in change.over}
        of = change.after.executions.get(execution) or ended.get(execution)
        began = of.started_at if of else self._snapshot(account, execution).started_at
        return int((began + KEPT_FOR).timestamp())

    def _restored(self, account: str, live: Live) -> Execution:
        moving = {name: getattr(live, name) for name in LIVE}
        return replace(self._snapshot(account, live.id), **moving)

    def _snapshot(self, account: str, execution: str) -> Execution:
        key = (account, execution)
        found = self._begun.get(key) or self.snapshot(account, execution)
        if found is None:
            raise LookupError(execution)
        self._begun[key] = found
        return found

    def _forget(self, account: str, active: set[str]) -> None:
        for key in [one for one in self._begun if one[0] == account and one[1] not in active]:
            self._begun.pop(key)

    def _rows(self, pk: str, first: str, last: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item({":pk": pk, ":first": first, ":last": last}),
        )
        return (from_item(item) for page in pages for item in page["Items"])

    def _batch(self, keys: list[Any]) -> Iterator[dict[str, Any]]:
        while keys:
            request: Any = {self._name: {"Keys": keys, "ConsistentRead": True}}
            answer = self._client.batch_get_item(RequestItems=request)
            yield from (from_item(item) for item in answer["Responses"].get(self._name, []))
            left: Any = answer.get("UnprocessedKeys", {})
            keys = left[self._name]["Keys"] if self._name in left else []


def _digest(texts: Iterable[str]) -> int:
    return crc32("\n".join(texts).encode())


def _parts(row: Mapping[str, Any]) -> tuple[Dialler, tuple[Live, ...], list[Line]]:
    """Return dialler, changing fields and lines of an account's row, in either layout."""
    if "packed" in row:
        return unpack(row["packed"])
    return load(row["data"], Dialler), load(row["executions"], tuple[Live, ...]), []


def _line(channel: int) -> str:
    return f"line#{channel:05d}"


def _subscriber(index: int) -> str:
    return f"subscriber#{index:07d}"
