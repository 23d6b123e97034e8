"""Erase in a table: scan page by page, and delete or redact the rows that `row_owners` finds."""

from __future__ import annotations

import base64
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from switchboard.aws.codec import dump_cursor
from switchboard.aws.row_owners import RowOwner, TableRule, Treatment, plain_row, texts_of, unpacked
from switchboard.aws.table import ConditionFailed, Item, named_errors, to_item, write_batch
from switchboard.erasures.model import Finding, Wanted
from switchboard.kernel.numbers import NumberSearch

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

EVERYBODY = ("", "*", "+", "+*")  # patterns without a number
SHORTEST_BARE = 10**9  # a bare number of fewer digits may be a size or a count
DELETED_TOGETHER = 25  # the most that DynamoDB writes in one batch
KEY_NAMES = (("pk", "sk"), ("account", "key"), ("id",))


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row that is to be erased."""

    item: Item
    treatment: Treatment


class ErasedTable:
    """Port DataPlace: one table."""

    def __init__(self, client: DynamoDBClient, name: str, rule: TableRule) -> None:
        self._client, self._name, self._rule = client, name, rule

    def look(self, wanted: Wanted, cursor: str) -> Finding:
        """Read a page of at most 1 MB: of the account's only partition, or of the table."""
        items, following = self._page(wanted.account, cursor)
        counts, marks, entries = Counter[str](), set(wanted.marks), list[FoundRow]()
        for item in items:
            row = plain_row(item)
            owner = self._rule.owner(row)
            if not _is_of(owner, row, wanted) or (owner.last and not wanted.number):
                continue
            treatment = _treatment(row, owner, wanted, marks)
            if treatment is None:
                continue
            counts[owner.kind] += 1
            if treatment is not Treatment.LEAVE:
                entries.append(FoundRow(item, treatment))
        return Finding(dict(counts), following, frozenset(marks - wanted.marks), tuple(entries))

    def erase(self, finding: Finding, wanted: Wanted) -> None:
        """Delete rows in batches, and redact the others one by one."""
        found = [entry for entry in finding.entries if isinstance(entry, FoundRow)]
        gone = [_key(one.item) for one in found if one.treatment is Treatment.REMOVE]
        for first in range(0, len(gone), DELETED_TOGETHER):
            some = gone[first : first + DELETED_TOGETHER]
            write_batch(self._client, self._name, [{"DeleteRequest": {"Key": key}} for key in some])
        if wanted.number:
            for one in found:
                if one.treatment is Treatment.REDACT:
                    self._redact(one.item, wanted.number)

    def _page(self, account: str, cursor: str) -> tuple[list[Item], str]:
        start: Any = {"ExclusiveStartKey": _loaded(cursor)} if cursor else {}
        answer: Any
        if self._rule.partition:
            name, value = self._rule.partition(account)
            answer = self._client.query(
                TableName=self._name,
                KeyConditionExpression="#partition = :partition",
                ExpressionAttributeNames={"#partition": name},
                ExpressionAttributeValues=to_item({":partition": value}),
                ConsistentRead=True,
                **start,
            )
        else:
            answer = self._client.scan(TableName=self._name, ConsistentRead=True, **start)
        return answer["Items"], dump_cursor(answer.get("LastEvaluatedKey")) or ""

    def _redact(self, item: Item, number: NumberSearch) -> None:
        """Write the row without the number, unless the row has changed: a later sweep finds it again."""
        changed = dict(_redacted(item, number))
        if not changed:
            return
        held = {name: item[name] for name in changed}
        try:
            with named_errors():
                self._client.put_item(
                    TableName=self._name,
                    Item={**item, **changed},
                    ConditionExpression=" AND ".join(f"#{place} = :{place}" for place in range(len(held))),
                    ExpressionAttributeNames={f"#{place}": name for place, name in enumerate(held)},
                    ExpressionAttributeValues={f":{place}": value for place, value in enumerate(held.values())},
                )
        except ConditionFailed:
            return


def _is_of(owner: RowOwner, row: Mapping[str, Any], wanted: Wanted) -> bool:
    return owner.account == wanted.account or (not owner.account and row.get("pk") in wanted.sources)


def _treatment(row: Mapping[str, Any], owner: RowOwner, wanted: Wanted, marks: set[str]) -> Treatment | None:
    """Return what is to be done with a row of the account, None if nothing. Its marks join those of the erasure."""
    if wanted.number is None:
        return Treatment.REMOVE
    named = wanted.number.found_in("\n".join(texts_of(row)))
    if not named and owner.marks.isdisjoint(marks):
        return None
    marks |= owner.marks
    if owner.treatment is Treatment.REDACT and wanted.number.found_in("\n".join(_key_texts(row))):
        return Treatment.REMOVE
    return owner.treatment


def _redacted(item: Item, number: NumberSearch) -> Iterator[tuple[str, Any]]:
    """Yield the attributes that change, in DynamoDB's form."""
    for name, attribute in item.items():
        kind, value = next(iter(attribute.items()))
        if kind == "S" and number.found_in(value):
            yield name, {"S": _without(value, number)}
        elif kind == "B" and number.found_in(unpacked(value)):
            yield name, {"B": zlib.compress(_without(unpacked(value), number).encode(), 9)}


def _without(text: str, number: NumberSearch) -> str:
    """Return a text without the number. In JSON, texts lose the number, and a long bare number becomes null.

    A member of a list that was the number alone goes, too: an empty pattern would match everybody.
    """
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError):
        return number.taken_from(text)
    return msgspec.json.encode(_pruned(document, number)).decode()


def _pruned(value: Any, number: NumberSearch) -> Any:
    if isinstance(value, dict):
        return {number.taken_from(name): _pruned(one, number) for name, one in value.items()}
    if isinstance(value, list):
        pruned = [(one, _pruned(one, number)) for one in value]
        return [after for before, after in pruned if after == before or after not in EVERYBODY]
    if isinstance(value, str):
        return number.taken_from(value)
    if isinstance(value, int) and value >= SHORTEST_BARE and number.found_in(str(value)):
        return None
    return value


def _key(item: Item) -> Item:
    names = next(names for names in KEY_NAMES if all(name in item for name in names))
    return {name: item[name] for name in names}


def _key_texts(row: Mapping[str, Any]) -> list[str]:
    names = next(names for names in KEY_NAMES if all(name in row for name in names))
    return [str(row[name]) for name in names]


def _loaded(cursor: str) -> Any:
    return msgspec.json.decode(base64.urlsafe_b64decode(cursor))
