"""Dialling: what each account's lines do, and what is kept of executions.

| pk                       | sk                 | what                                                            |
|--------------------------|--------------------|-----------------------------------------------------------------|
| dialler#<account>        | state              | version, rate, back-off, the moving part of active executions   |
| dialler#<account>        | line#<channel>     | the call that the channel has; no row where it has none         |
| execution#<account>#<id> | state              | as it was begun, then as it ended; listed by index by_account   |
| execution#<account>#<id> | subscriber#<index> | what became of a subscriber so far                              |

A query may see a transaction by halves: the state has a digest of the lines that belong to it.

An execution that is not over stands in by_next_attempt with the time of its workflow's next turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zlib import crc32

from switchboard.aws.codec import dump, load
from switchboard.aws.table import ConditionFailed, Item, from_item, is_key, named_errors, newest_first, to_item
from switchboard.campaigns.dialling.state import Change, Dialler, Line, State
from switchboard.campaigns.model import Counters, Execution, Phase, SubscriberRecord
from switchboard.errors import TryAgain

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_FOR = timedelta(days=400)  # as long as calls are
WATCH = "RUNNING"
LISTING_KEY = frozenset({"pk", "sk", "listing", "created_at"})
MOST_LOOKS = 5  # at what is being written meanwhile
MOST_READ = 100  # rows that one request reads by their keys


@dataclass(frozen=True, slots=True)
class Live:
    """What changes of an execution while it is active."""

    id: str
    phase: Phase
    wave: int
    wave_at: datetime | None
    cursor: int
    ready: tuple[tuple[int, int], ...]
    counters: Counters
    retriable: int
    refusals: int
    reason: str
    part: int


LIVE = tuple(field.name for field in fields(Live))


class DiallingTable:
    """Port DiallingStore. Snapshots of active executions are remembered: of them only the moving part changes."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name
        self._begun: dict[tuple[str, str], Execution] = {}

    def load(self, account: str) -> State:
        """Dialler and lines as of the last write."""
        if not is_key(f"dialler#{account}"):
            return State(Dialler(account))
        for _ in range(MOST_LOOKS):
            rows = {row["sk"]: row for row in self._rows(f"dialler#{account}", "line#", "state")}
            state = rows.pop("state", None)
            if state is None:
                return State(Dialler(account))
            texts = [rows[sk]["data"] for sk in sorted(rows)]
            if _digest(texts) == state["digest"]:
                return self._state(account, state, [load(text, Line) for text in texts])
        raise TryAgain("The account's dialling is being changed.", 1.0)

    def _state(self, account: str, row: Mapping[str, Any], lines: Sequence[Line]) -> State:
        lives = load(row["executions"], tuple[Live, ...])
        self._forget(account, {live.id for live in lives})
        executions = {live.id: self._restored(account, live) for live in lives}
        return State(load(row["data"], Dialler), executions, {line.channel: line for line in lines})

    def commit(self, before: int, change: Change) -> bool:
        """Write it, where the version is the same."""
        try:
            with named_errors():
                self._client.transact_write_items(TransactItems=list(self._writes(before, change)))
        except ConditionFailed:
            return False
        except TryAgain:  # somebody is writing the same rows
            return False
        self._begun |= {(one.account, one.id): one for one in change.begun}
        return True

    def records(self, execution: str, account: str, subscribers: Sequence[int]) -> Mapping[int, SubscriberRecord]:
        """By their keys."""
        found: list[SubscriberRecord] = []
        for first in range(0, len(subscribers), MOST_READ):
            some = subscribers[first : first + MOST_READ]
            keys = [to_item({"pk": _pk(account, execution), "sk": _subscriber(index)}) for index in some]
            found += [load(row["data"], SubscriberRecord) for row in self._batch(keys)]
        return {record.index: record for record in found}

    def records_between(self, execution: str, account: str, first: int, count: int) -> Mapping[int, SubscriberRecord]:
        """By a query."""
        last = _subscriber(first + count - 1)
        if count <= 0 or not is_key(_pk(account, execution)):
            return {}
        rows = self._rows(_pk(account, execution), _subscriber(first), last)
        found = [load(row["data"], SubscriberRecord) for row in rows]
        return {record.index: record for record in found}

    def snapshot(self, account: str, execution: str) -> Execution | None:
        """The execution's own row."""
        if not is_key(_pk(account, execution)):
            return None
        found = self._client.get_item(TableName=self._name, Key=_state_key(account, execution), ConsistentRead=True)
        return _execution(found["Item"]) if "Item" in found else None

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Execution], str | None]:
        """By the index of accounts."""
        query: dict[str, Any] = {
            "TableName": self._name,
            "IndexName": "by_account",
            "KeyConditionExpression": "listing = :account",
            "ExpressionAttributeValues": to_item({":account": account}),
        }
        items, following = newest_first(self._client, query, limit, cursor, LISTING_KEY)
        return [_execution(item) for item in items], following

    def forget(self, account: str, execution: str) -> None:
        """Its own row; those of its subscribers expire."""
        self._client.delete_item(TableName=self._name, Key=_state_key(account, execution))

    def watch(self, account: str, execution: str, until: datetime | None) -> None:
        """Move an execution in the watch's index, or take it out; one that is over is not there any more."""
        update, values = "REMOVE watch, next_at", dict[str, str | int]({":no": 0})
        if until is not None:
            update, values = "SET next_at = :at, watch = :watch", {":no": 0, ":at": _stamp(until), ":watch": WATCH}
        with suppress(ConditionFailed), named_errors():
            self._client.update_item(
                TableName=self._name,
                Key=_state_key(account, execution),
                UpdateExpression=update,
                ConditionExpression="is_over = :no",
                ExpressionAttributeValues=to_item(values),
            )

    def overdue(self, since: datetime) -> list[Execution]:
        """By the watch's index."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="by_next_attempt",
            KeyConditionExpression="watch = :watch AND next_at < :since",
            ExpressionAttributeValues=to_item({":watch": WATCH, ":since": _stamp(since)}),
        )
        return [_execution(item) for page in pages for item in page["Items"]]

    def _writes(self, before: int, change: Change) -> Iterator[Any]:
        after, account = change.after, change.after.dialler.account
        lives = tuple(_live(one) for one in after.executions.values())
        texts = [dump(after.lines[channel]) for channel in sorted(after.lines)]
        state = {
            "version": after.dialler.version,
            "data": dump(after.dialler),
            "executions": dump(lives),
            "digest": _digest(texts),
        }
        put = {"TableName": self._name, "Item": _row(f"dialler#{account}", "state", state)}
        condition = {
            "ConditionExpression": "version = :before",
            "ExpressionAttributeValues": to_item({":before": before}),
        }
        yield {"Put": {**put, **(condition if before else {"ConditionExpression": "attribute_not_exists(pk)"})}}
        for line in change.lines:
            yield self._put(_row(f"dialler#{account}", _line(line.channel), {"data": dump(line)}))
        for channel in change.freed:
            key = to_item({"pk": f"dialler#{account}", "sk": _line(channel)})
            yield {"Delete": {"TableName": self._name, "Key": key}}
        for (execution, index), record in change.records.items():
            own = {"data": dump(record), "expires_at": self._expires(account, execution, change)}
            yield self._put(_row(_pk(account, execution), _subscriber(index), own))
        for one in (*change.begun, *change.over):
            yield self._put(_execution_row(one))

    def _put(self, item: Item) -> Any:
        return {"Put": {"TableName": self._name, "Item": item}}

    def _expires(self, account: str, execution: str, change: Change) -> int:
        """As its execution does; one that ends in this very change is among those that are over."""
        ended = {one.id: one for one in change.over}
        of = change.after.executions.get(execution) or ended.get(execution)
        began = of.started_at if of else self._snapshot(account, execution).started_at
        return int((began + KEPT_FOR).timestamp())

    def _restored(self, account: str, live: Live) -> Execution:
        moving = {name: getattr(live, name) for name in LIVE}
        return replace(self._snapshot(account, live.id), **moving)

    def _snapshot(self, account: str, execution: str) -> Execution:
        key = (account, execution)
        if key not in self._begun:
            found = self.snapshot(account, execution)
            if found is None:
                raise LookupError(execution)
            self._begun[key] = found
        return self._begun[key]

    def _forget(self, account: str, active: set[str]) -> None:
        for key in [one for one in self._begun if one[0] == account and one[1] not in active]:
            del self._begun[key]

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


def _live(execution: Execution) -> Live:
    return Live(**{name: getattr(execution, name) for name in LIVE})


def _row(pk: str, sk: str, values: Mapping[str, Any]) -> Item:
    return to_item({"pk": pk, "sk": sk, **values})


def _execution_row(execution: Execution) -> Item:
    over = execution.finished_at is not None
    return _row(
        _pk(execution.account, execution.id),
        "state",
        {
            "listing": execution.account,
            "created_at": _stamp(execution.started_at),
            "watch": None if over else WATCH,
            "next_at": None if over else _stamp(execution.started_at),
            "is_over": int(over),
            "data": dump(execution),
            # As long as it is not over the dialler needs it, also where somebody paused it for years.
            "expires_at": int((execution.started_at + KEPT_FOR).timestamp()) if over else None,
        },
    )


def _execution(item: Mapping[str, Any]) -> Execution:
    return load(from_item(item)["data"], Execution)


def _pk(account: str, execution: str) -> str:
    return f"execution#{account}#{execution}"


def _state_key(account: str, execution: str) -> Item:
    return to_item({"pk": _pk(account, execution), "sk": "state"})


def _line(channel: int) -> str:
    return f"line#{channel:05d}"


def _subscriber(index: int) -> str:
    return f"subscriber#{index:07d}"


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
