"""Changes of rows as expressions of DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from switchboard.aws.table import Item, to_item
from switchboard.deliveries.change import Condition, RowChange

EXISTS = {True: "attribute_exists(pk)", False: "attribute_not_exists(pk)"}


def write_of(table: str, key: Item, change: RowChange, also: Mapping[str, Any]) -> Any:
    """Return the conditional write of a row, for a transaction. `also` are further attributes to set."""
    words = _Words()
    condition = " AND ".join(words.conditions(change))
    request: dict[str, Any] = {"TableName": table, "Key": key}
    if not change.removed:
        request["UpdateExpression"] = words.update(change, also)
    if condition:
        request["ConditionExpression"] = condition
    return {"Delete" if change.removed else "Update": {**request, **words.arguments()}}


def stored(value: Any) -> Any:
    """Return a value as an attribute's value: times as text that sorts, truth as a number."""
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, StrEnum):
        return value.value
    return int(value) if isinstance(value, bool) else value


def stamp(at: datetime | None) -> str | None:
    """Return a time as text that sorts."""
    return at.isoformat(timespec="microseconds") if at else None


class _Words:
    """The names and values of one request."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def arguments(self) -> dict[str, Any]:
        """Return the arguments that explain the expressions."""
        given: dict[str, Any] = {}
        if self._names:
            given["ExpressionAttributeNames"] = self._names
        if self._values:
            given["ExpressionAttributeValues"] = to_item(self._values)
        return given

    def conditions(self, change: RowChange) -> Iterator[str]:
        """Yield the conditions of a change."""
        if change.exists is not None:
            yield EXISTS[change.exists]
        for one in change.when:
            yield self._condition(one)

    def update(self, change: RowChange, also: Mapping[str, Any]) -> str:
        """Return the update expression of a change."""
        to = {**change.to, **also}
        sets = [f"{self._name(name)} = {self._value(value)}" for name, value in to.items() if value is not None]
        for name, value in change.default.items():
            sets.append(f"{self._name(name)} = if_not_exists({self._name(name)}, {self._value(value)})")
        clauses = {
            "SET": sets,
            "REMOVE": [self._name(name) for name, value in to.items() if value is None],
            "ADD": [f"{self._name(name)} {self._value(value)}" for name, value in change.add.items()],
        }
        return " ".join(f"{clause} {', '.join(parts)}" for clause, parts in clauses.items() if parts)

    def _condition(self, one: Condition) -> str:
        name = self._name(one.field)
        missing = f"attribute_not_exists({name})"
        if one.value is None:
            return missing
        compared = f"{name} {one.relation} {self._value(one.value)}"
        return f"({missing} OR {compared})" if one.holds(None) else compared

    def _name(self, field: str) -> str:
        self._names[f"#{field}"] = field
        return f"#{field}"

    def _value(self, value: Any) -> str:
        word = f":v{len(self._values)}"
        self._values[word] = stored(value)
        return word
