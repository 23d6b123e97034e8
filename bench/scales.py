"""What DynamoDB charges for the writes of dialling: requests of the table's adapter, weighed instead of sent.

A row costs a write unit for each kilobyte that it takes, and twice as much within a transaction (AWS's documentation
of on-demand capacity, and of the sizes of items). Index entries are counted for the rows that have any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

KILOBYTE = 1024
IN_A_TRANSACTION = 2


def size_of(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Bytes that an item of strings, numbers and binaries takes: its names and its values."""
    return sum(len(name.encode()) + _value(attribute) for name, attribute in item.items())


def units_of(size: int) -> int:
    """Write units of a row of so many bytes."""
    return max(1, -(-size // KILOBYTE))


def _value(attribute: Mapping[str, Any]) -> int:
    ((kind, value),) = attribute.items()
    if kind == "N":
        return len(value.lstrip("-0.")) // 2 + 2
    return len(value.encode()) if isinstance(value, str) else len(value)


class Scales:
    """The part of a DynamoDB client that commits need. `weighed` counts rows and units of each kind of row."""

    def __init__(self) -> None:
        self.weighed: Counter[str] = Counter()
        self.heaviest: Counter[str] = Counter()
        self._sizes: dict[tuple[str, str], int] = {}

    def transact_write_items(self, TransactItems: list[Any]) -> dict[str, Any]:  # noqa: N803 - boto3's spelling
        """Weigh what a transaction writes."""
        self.weighed["transactions"] += 1
        for one in TransactItems:
            ((kind, request),) = one.items()
            self._weigh(request["Item"] if kind == "Put" else request["Key"], IN_A_TRANSACTION, deletes=kind != "Put")
        return {}

    def put_item(self, Item: Any, **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's spelling
        """Weigh a row by itself."""
        self.weighed["puts"] += 1
        self._weigh(Item, 1, deletes=False)
        return {}

    def _weigh(self, item: Any, times: int, *, deletes: bool) -> None:
        """The larger of what a row was and what it becomes is charged."""
        key = item["pk"]["S"], item["sk"]["S"]
        size = 0 if deletes else size_of(item)
        kind = f"{key[0].partition('#')[0]} {key[1].partition('#')[0]}"
        self.weighed["rows"] += 1
        self.weighed["units"] += times * units_of(max(size, self._sizes.get(key, 0)))
        self.weighed[f"rows {kind}"] += 1
        self.weighed[f"units {kind}"] += times * units_of(max(size, self._sizes.get(key, 0)))
        self.heaviest[kind] = max(self.heaviest[kind], size)
        self._sizes[key] = size
