"""Amazon DynamoDB: values, items and keys, and their sizes as DynamoDB counts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.aws_rules.model import Attributes, Table, Violation

SIZES = "DynamoDB Developer Guide, DynamoDB item sizes and formats"
TYPES = "DynamoDB Developer Guide, Supported data types and naming rules"
CONSTRAINTS = "DynamoDB Developer Guide, Quotas: constraints"

LARGEST_ITEM = 400 * 1024
LONGEST_PARTITION_KEY = 2048
LONGEST_SORT_KEY = 1024
MOST_DIGITS = 38
DEEPEST = 32
LEAST_EXPONENT, GREATEST_EXPONENT = -130, 125
OF_A_CONTAINER = 3  # bytes, of a list or a map
OF_AN_ELEMENT = 1  # a byte more for each


def size_of(item: Mapping[str, Any]) -> int:
    """The size of an item, or of its key, in bytes."""
    return sum(_bytes(name) + _size(value) for name, value in item.items())


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))


def _size(value: Mapping[str, Any]) -> int:
    ((kind, inner),) = value.items()
    if kind in {"S", "B"}:
        return _bytes(inner) if kind == "S" else len(inner)
    if kind == "N":
        return _number_size(inner)
    if kind in {"SS", "NS", "BS"}:
        return sum(_size({kind[0]: one}) for one in inner)
    if kind == "L":
        return OF_A_CONTAINER + sum(OF_AN_ELEMENT + _size(one) for one in inner)
    if kind == "M":
        return OF_A_CONTAINER + sum(OF_AN_ELEMENT + _bytes(name) + _size(one) for name, one in inner.items())
    return 1


def _number_size(text: str) -> int:
    digits = len(text.lstrip("-").replace(".", "").strip("0"))
    return (digits + 1) // 2 + 1 + text.startswith("-")


def item_violations(item: Mapping[str, Any], table: Table | None) -> Iterator[Violation]:
    """What forbids to put an item."""
    wrong = [found for name, value in item.items() for found in value_violations(name, value)]
    if wrong:
        yield from wrong
        return
    size = size_of(item)
    if size > LARGEST_ITEM:
        yield Violation(f"an item of {size} bytes is larger than 400 KB", SIZES)
    if table is None:
        return
    for name, _ in table.key:
        if name not in item:
            yield Violation(f"the item lacks {name} of its key", TYPES)
    yield from _keys(item, table.key)
    for index in table.indexes.values():
        yield from _keys(item, index)


def key_violations(key: Mapping[str, Any], table: Table | None) -> Iterator[Violation]:
    """What forbids to ask for a key."""
    if table is None:
        return
    if key.keys() != {name for name, _ in table.key}:
        yield Violation(f"a key has the attributes of the table's, not {sorted(key)}", TYPES)
    yield from _keys(key, table.key)


def _keys(item: Mapping[str, Any], attributes: Attributes) -> Iterator[Violation]:
    for place, (name, kind) in enumerate(attributes):
        if name in item:
            yield from key_value_violations(
                name, kind, item[name], LONGEST_SORT_KEY if place else LONGEST_PARTITION_KEY
            )


def key_value_violations(name: str, kind: str, value: Mapping[str, Any], longest: int) -> Iterator[Violation]:
    """What forbids a value as a part of a key, of a table or of an index."""
    if kind not in value:
        yield Violation(f"{name} is part of a key and has the type {kind}, not {next(iter(value))}", TYPES)
    elif value[kind] in ("", b""):
        yield Violation(f"{name} is part of a key and may not be empty", TYPES)
    elif kind != "N" and _size(value) > longest:
        yield Violation(f"{name} is part of a key and has at most {longest} bytes", CONSTRAINTS)


def value_violations(name: str, value: Any, depth: int = 0) -> Iterator[Violation]:
    """What forbids a value of an attribute."""
    if not isinstance(value, Mapping) or len(value) != 1:
        yield Violation(f"{name} has a value of one type", TYPES)
        return
    ((kind, inner),) = value.items()
    if kind == "S":
        if not inner.isascii() and not _is_utf8(inner):
            yield Violation(f"{name} is text that is no UTF-8", TYPES)
    elif kind == "N":
        yield from _number(name, inner)
    elif kind in {"SS", "NS", "BS"}:
        yield from _set(name, kind, inner)
    elif kind in {"L", "M"}:
        yield from _nested(name, inner, depth)
    elif kind not in {"B", "BOOL", "NULL"} or (kind == "NULL" and inner is not True):
        yield Violation(f"{name} has no type {kind}, or not with this value", TYPES)


def _nested(name: str, inner: Any, depth: int) -> Iterator[Violation]:
    if depth >= DEEPEST:
        yield Violation(f"{name} is nested more than 32 levels deep", CONSTRAINTS)
        return
    pairs = inner.items() if isinstance(inner, Mapping) else enumerate(inner)
    for place, one in pairs:
        yield from value_violations(f"{name}.{place}", one, depth + 1)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _set(name: str, kind: str, inner: list[Any]) -> Iterator[Violation]:
    if not inner:
        yield Violation(f"{name} is a set, which may not be empty", TYPES)
    if len(set(inner)) < len(inner):
        yield Violation(f"{name} is a set, whose members differ", TYPES)
    for one in inner:
        yield from value_violations(name, {kind[0]: one})


def _number(name: str, text: Any) -> Iterator[Violation]:
    if isinstance(text, str) and text.isdecimal() and len(text) <= MOST_DIGITS:
        return
    try:
        number = Decimal(text) if isinstance(text, str) else Decimal("nan")
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        yield Violation(f"{name} is no number: {text!r}", TYPES)
        return
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > MOST_DIGITS:
        yield Violation(f"{name} has more than 38 digits", TYPES)
    if number and not LEAST_EXPONENT <= number.adjusted() <= GREATEST_EXPONENT:
        yield Violation(f"{name} is out of a number's range", TYPES)
