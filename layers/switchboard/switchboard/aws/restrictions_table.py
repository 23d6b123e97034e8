"""Do-not-call lists, and the daily calls of numbers.

| pk                | sk               | what                                                                        |
|-------------------|------------------|-----------------------------------------------------------------------------|
| <account>         | LENGTHS          | the lengths of entries in digits, 0 for whole numbers                       |
| <account>         | ENTRY#<key>      | an entry; the key of a prefix ends with `*`                                 |
| <account>#<day>   | CALLS#<digits>   | the set of ids of a day's calls to a number: adding an id again does nothing |

Lengths are written before their entries, and never removed. A read in between looks up too many keys, never too few.
Expired rows are removed by DynamoDB.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from switchboard.aws.codec import dump, load
from switchboard.aws.daily_counts import CALLS, DailyCalls, count_update, uncount_update
from switchboard.aws.table import Item, is_key, to_item, write_batch
from switchboard.campaigns.restrictions.model import DoNotCallEntry, RestrictionFacts
from switchboard.campaigns.restrictions.rules import length_of
from switchboard.errors import Busy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LENGTHS = "LENGTHS"
ENTRY = "ENTRY#"
READ_TOGETHER, PUT_TOGETHER = 100, 25
TRIES = 8
MANY, SIDE_BY_SIDE = 2, 10  # requests
T = TypeVar("T")


class RestrictionsTable:
    """Ports DoNotCall and Restrictions."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def add(self, account: str, entries: Sequence[DoNotCallEntry]) -> None:
        """Write lengths, then entries. Raises TryAgain if the table stays busy."""
        if not entries:
            return
        self._client.update_item(
            TableName=self._name,
            Key=_key(account, LENGTHS),
            UpdateExpression="ADD lengths :new",
            ExpressionAttributeValues={":new": {"NS": sorted({str(length_of(entry.key)) for entry in entries})}},
        )
        for some in _batches(entries, PUT_TOGETHER):
            write_batch(self._client, self._name, [{"PutRequest": {"Item": _item(entry)}} for entry in some])

    def get(self, account: str, key: str) -> DoNotCallEntry | None:
        """Return an entry as of the last write."""
        if not is_key(ENTRY + key):
            return None
        found = self._client.get_item(TableName=self._name, Key=_key(account, ENTRY + key), ConsistentRead=True)
        return _entry(found["Item"]) if "Item" in found else None

    def remove(self, account: str, key: str) -> bool:
        """Remove an entry. Returns whether the row existed."""
        if not is_key(ENTRY + key):
            return False
        gone = self._client.delete_item(TableName=self._name, Key=_key(account, ENTRY + key), ReturnValues="ALL_OLD")
        return "Attributes" in gone

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[DoNotCallEntry], str | None]:
        """Return a page of an account's entries, by key."""
        answer = self._client.query(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :after AND :last",
            # Keys hold digits and `*`. A key followed by a blank sorts directly after the key.
            ExpressionAttributeValues=to_item(
                {":pk": account, ":after": f"{ENTRY}{cursor} " if cursor else ENTRY, ":last": f"{ENTRY}~"}
            ),
            Limit=limit,
            ConsistentRead=True,
        )
        entries = [_entry(item) for item in answer["Items"]]
        return entries, entries[-1].key if "LastEvaluatedKey" in answer and entries else None

    def lengths(self, account: str) -> Collection[int]:
        """Return the lengths of present and past entries."""
        found = self._client.get_item(TableName=self._name, Key=_key(account, LENGTHS), ConsistentRead=True)
        return frozenset(int(length) for length in found["Item"]["lengths"]["NS"]) if "Item" in found else frozenset()

    def standing(self, account: str, keys: Iterable[str], day: str, numbers: Iterable[str]) -> RestrictionFacts:
        """Return the matching entries and the day's calls, with one request for each hundred rows."""
        wanted = [_key(account, ENTRY + key) for key in dict.fromkeys(keys)]
        wanted += [DailyCalls(account, day, number).key for number in dict.fromkeys(numbers)]
        rows = self._rows(list(_batches(wanted, READ_TOGETHER)))
        entries = [_entry(item) for item in rows if "data" in item]
        counted = {item["sk"]["S"].removeprefix(CALLS): frozenset(item["ids"]["SS"]) for item in rows if "ids" in item}
        return RestrictionFacts({entry.key: entry for entry in entries}, counted)

    def count(self, account: str, day: str, calls: Mapping[str, Collection[str]]) -> None:
        """Add calls to the numbers' daily sets, with one request for each number."""
        for number, ids in calls.items():
            self._client.update_item(**count_update(self._name, DailyCalls(account, day, number), ids))

    def uncount(self, account: str, day: str, calls: Mapping[str, Collection[str]]) -> None:
        """Remove calls from the numbers' daily sets. A missing call is no error."""
        for number, ids in calls.items():
            self._client.update_item(**uncount_update(self._name, DailyCalls(account, day, number), ids))

    def _rows(self, batches: list[list[Item]]) -> list[Item]:
        """Read batches of rows, in sequence; large audiences of dry runs in parallel."""
        if len(batches) <= MANY:
            return [item for some in batches for item in self._read(some)]
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
            return [item for found in threads.map(self._read, batches) for item in found]

    def _read(self, keys: list[Item]) -> list[Item]:
        found: list[Item] = []
        waiting: Any = {self._name: {"Keys": keys, "ConsistentRead": True}}
        for _ in range(TRIES):
            answer = self._client.batch_get_item(RequestItems=waiting)
            found += answer["Responses"].get(self._name, [])
            waiting = answer.get("UnprocessedKeys")
            if not waiting:
                return found
        raise Busy("The table is busy.")


def _key(pk: str, sk: str) -> Item:
    return to_item({"pk": pk, "sk": sk})


def _item(entry: DoNotCallEntry) -> Item:
    expires = int((entry.until + timedelta(days=1)).timestamp()) if entry.until else None
    return to_item({"pk": entry.account, "sk": ENTRY + entry.key, "data": dump(entry), "expires_at": expires})


def _entry(item: Mapping[str, Any]) -> DoNotCallEntry:
    return load(item["data"]["S"], DoNotCallEntry)


def _batches(entries: Iterable[T], size: int) -> Iterator[list[T]]:
    waiting = iter(entries)
    while some := list(islice(waiting, size)):
        yield some
