"""DynamoDB's units, by the rules of its documentation: item sizes, reads, writes, transactions and indexes.

An item's size is that of its attributes' names and values. Half a kilobyte is charged as a whole one.
Attributes are in DynamoDB's own form, `{"S": "text"}`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Any]

WRITE_UNIT, READ_UNIT = 1024, 4096  # bytes
IN_TRANSACTION = 2  # DynamoDB writes each item of a transaction twice: to prepare, and to commit
CONTAINER, ENTRY = 3, 1  # bytes that a list or map takes, and each entry of one


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index: its key's attributes and what of an item is projected into it."""

    name: str
    key: tuple[str, ...]
    projection: str = "ALL"
    included: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its key's attributes and its indexes."""

    name: str
    key: tuple[str, ...]
    indexes: tuple[Index, ...] = ()


def item_size(item: Item) -> int:
    """Bytes of an item."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:
    """Bytes of one attribute's value. Two digits of a number take a byte, and the number one more."""
    ((kind, held),) = value.items()
    return SIZES[kind](held)


def _digits(number: str) -> int:
    return math.ceil(len(number.lstrip("-").replace(".", "").strip("0") or "0") / 2) + 1


SIZES: Mapping[str, Callable[[Any], int]] = {
    "S": lambda held: len(held.encode()),
    "B": len,
    "N": _digits,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "L": lambda held: CONTAINER + sum(ENTRY + value_size(one) for one in held),
    "M": lambda held: CONTAINER + sum(ENTRY + len(name.encode()) + value_size(one) for name, one in held.items()),
    "SS": lambda held: sum(len(one.encode()) for one in held),
    "NS": lambda held: sum(_digits(one) for one in held),
    "BS": lambda held: sum(len(one) for one in held),
}


def write_units(size: int) -> int:
    """Units of one plain write: one for each kilobyte begun."""
    return max(1, math.ceil(size / WRITE_UNIT))


def read_units(sizes: Iterable[int], *, consistent: bool) -> float:
    """Units of one read of items that are added up, as a query's are; half of them where the read may be stale."""
    whole = max(1, math.ceil(sum(sizes) / READ_UNIT))
    return whole if consistent else whole / 2


def table_write(old: Item | None, new: Item | None, *, transactional: bool = False) -> int:
    """Units of a write to the table itself, by the larger of the images; also of one whose condition failed."""
    units = write_units(max(item_size(old or {}), item_size(new or {})))
    return units * IN_TRANSACTION if transactional else units


def index_write(table: Table, index: Index, old: Item | None, new: Item | None) -> int:
    """Units that a change of an item costs in one index.

    A change of the index's key is a delete and a put; a projection that stays the same costs nothing. DynamoDB writes
    indexes behind the table's write, so that a transaction costs them no more than a plain write.
    """
    before, after = projected(table, index, old), projected(table, index, new)
    if before == after:
        return 0
    if before and after and _key_of(index, before) == _key_of(index, after):
        return write_units(max(item_size(before), item_size(after)))
    return sum(write_units(item_size(one)) for one in (before, after) if one)


def projected(table: Table, index: Index, item: Item | None) -> Item | None:
    """What of an item stands in an index; None where it lacks an attribute of the index's key."""
    if item is None or any(name not in item for name in index.key):
        return None
    if index.projection == "ALL":
        return item
    names = {*table.key, *index.key, *index.included}
    return {name: value for name, value in item.items() if name in names}


def _key_of(index: Index, item: Item) -> Sequence[Any]:
    return [item[name] for name in index.key]
