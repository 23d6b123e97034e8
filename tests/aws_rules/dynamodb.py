"""Amazon DynamoDB: requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from tests.aws_rules.expressions import FUNCTIONS, Path, changes, clauses, key_conditions, read
from tests.aws_rules.items import (
    LONGEST_PARTITION_KEY,
    LONGEST_SORT_KEY,
    item_violations,
    key_value_violations,
    key_violations,
    size_of,
    value_violations,
)
from tests.aws_rules.model import Facts, Params, Rule, Table, Violation

CONSTRAINTS = "DynamoDB Developer Guide, Quotas: expression parameters"
NAMES = "DynamoDB Developer Guide, Expression attribute names (aliases)"
RESERVED = "DynamoDB Developer Guide, Reserved words"
UPDATE = "DynamoDB Developer Guide, Update expressions"
QUERY = "DynamoDB API Reference, Query"
TRANSACTION = "DynamoDB API Reference, TransactWriteItems"
BATCH_WRITE = "DynamoDB API Reference, BatchWriteItem"
BATCH_GET = "DynamoDB API Reference, BatchGetItem"

EXPRESSIONS = (
    "ConditionExpression",
    "UpdateExpression",
    "KeyConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
)
LONGEST_EXPRESSION = 4096
MOST_OPERATORS = 300
LONGEST_PLACEHOLDER = 255
LARGEST_VALUES = 2 * 1024 * 1024
LARGEST_TRANSACTION = 4 * 1024 * 1024
LARGEST_BATCH = 16 * 1024 * 1024
MOST_OPERATIONS = 100
OF_KEYS = frozenset({"=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"})
WORDS = frozenset(ReservedKeywords.get_reserved_keywords())


def expression_violations(params: Params) -> Iterator[Violation]:
    """What forbids a request's expressions, whatever they are for."""
    texts = [params[name] for name in EXPRESSIONS if name in params]
    names = params.get("ExpressionAttributeNames")
    values = params.get("ExpressionAttributeValues")
    if not texts and names is None and values is None:
        return
    used: set[str] = set()
    for text in texts:
        yield from _text(text)
        used |= read(text).placeholders
    given = {**(names or {}), **(values or {})}
    if names == {} or values == {}:
        yield Violation("names and values that are given may not be empty", CONSTRAINTS)
    for unused in given.keys() - used:
        yield Violation(f"{unused} is given and not used", NAMES)
    for missing in used - given.keys():
        yield Violation(f"{missing} is used and not given", NAMES)
    if any(len(one) > LONGEST_PLACEHOLDER for one in given):
        yield Violation("a placeholder has at most 255 bytes", CONSTRAINTS)
    yield from _values(values or {})


def _values(values: Mapping[str, Any]) -> Iterator[Violation]:
    wrong = [found for name, value in values.items() for found in value_violations(name, value)]
    yield from wrong
    if values and not wrong and size_of(values) > LARGEST_VALUES:
        yield Violation("the values of an expression have at most 2 MB", CONSTRAINTS)


def _text(text: str) -> Iterator[Violation]:
    told = read(text)
    if not text:
        yield Violation("an expression may not be empty", CONSTRAINTS)
    if len(text.encode()) > LONGEST_EXPRESSION:
        yield Violation("an expression has at most 4 KB", CONSTRAINTS)
    if told.operators > MOST_OPERATORS:
        yield Violation(f"an expression has at most 300 operators and functions, not {told.operators}", CONSTRAINTS)
    if told.trouble:
        yield Violation(f"an expression cannot be read at {told.trouble!r}", CONSTRAINTS)
    for name in told.literal:
        if name.upper() in WORDS:
            yield Violation(f"{name} is a reserved word", RESERVED)
    for name in told.functions - FUNCTIONS:
        yield Violation(f"there is no function {name}", CONSTRAINTS)


def get_item(params: Params, facts: Facts) -> Iterator[Violation]:
    """One item by its key."""
    yield from key_violations(params["Key"], facts.tables.get(params["TableName"]))
    yield from expression_violations(params)
    yield from _projection(params)


def put_item(params: Params, facts: Facts) -> Iterator[Violation]:
    """One item, whole."""
    yield from item_violations(params["Item"], facts.tables.get(params["TableName"]))
    yield from expression_violations(params)


def delete_item(params: Params, facts: Facts) -> Iterator[Violation]:
    """One item less; so too is a condition checked."""
    yield from key_violations(params["Key"], facts.tables.get(params["TableName"]))
    yield from expression_violations(params)


def update_item(params: Params, facts: Facts) -> Iterator[Violation]:
    """Some attributes of an item."""
    table = facts.tables.get(params["TableName"])
    yield from key_violations(params["Key"], table)
    yield from expression_violations(params)
    text = params.get("UpdateExpression")
    if not text or read(text).trouble:
        return
    named = clauses(text)
    if len(set(named)) < len(named):
        yield Violation("an update expression has each clause once", UPDATE)
    paths = [_named(change.path, params) for change in changes(text)]
    yield from _overlaps(paths, UPDATE)
    if table:
        yield from _updates_of_keys(params, table, paths)


def _updates_of_keys(params: Params, table: Table, paths: list[Path]) -> Iterator[Violation]:
    own = {name for name, _ in table.key}
    for change, path in zip(changes(params["UpdateExpression"]), paths, strict=True):
        if path[0] in own:
            yield Violation(f"{path[0]} is part of the item's key and cannot be changed", UPDATE)
        value = _set_to(change.rest, params)
        if change.clause != "SET" or len(path) > 1 or value is None:
            continue
        for index in table.indexes.values():
            for place, (name, kind) in enumerate(index):
                if name == path[0]:
                    longest = LONGEST_SORT_KEY if place else LONGEST_PARTITION_KEY
                    yield from key_value_violations(name, kind, value, longest)


def _set_to(rest: tuple[str, ...], params: Params) -> Any:
    """The value that `= :value` sets, or that `= if_not_exists(path, :value)` may set."""
    found = [one for one in rest if one.startswith(":")]
    computed = {"+", "-", "list_append"} & set(rest)
    return params.get("ExpressionAttributeValues", {}).get(found[0]) if len(found) == 1 and not computed else None


def _named(path: Path, params: Params) -> Path:
    names = params.get("ExpressionAttributeNames", {})
    return tuple(names.get(part, part) for part in path)


def _overlaps(paths: Iterable[Path], document: str) -> Iterator[Violation]:
    for one, other in pairwise(sorted(paths)):
        if other[: len(one)] == one:
            yield Violation(f"the paths {'.'.join(one)} and {'.'.join(other)} overlap", document)


def _projection(params: Params) -> Iterator[Violation]:
    text = params.get("ProjectionExpression")
    if text and not read(text).trouble:
        yield from _overlaps([_named(path, params) for path in read(text).paths], NAMES)


def query(params: Params, facts: Facts) -> Iterator[Violation]:
    """Items of one partition, of a table or of an index."""
    yield from scan(params, facts)
    table = facts.tables.get(params["TableName"])
    index = params.get("IndexName")
    if "KeyConditionExpression" not in params:
        yield Violation("a query has a KeyConditionExpression", QUERY)
        return
    if table is None or (index is not None and index not in table.indexes):
        return
    key = [name for name, _ in (table.indexes[index] if index else table.key)]
    yield from _key_condition(params, key)
    for path in read(params.get("FilterExpression", "a")).paths:
        if _named(path, params)[0] in key:
            yield Violation(f"a filter cannot be upon {path[0]}, which is part of the key", QUERY)


def _key_condition(params: Params, key: list[str]) -> Iterator[Violation]:
    text = params["KeyConditionExpression"]
    if {one.upper() for one in read(text).tokens} & {"OR", "NOT", "IN", "<>"}:
        yield Violation("a key condition has no OR, NOT, IN or <>", QUERY)
    conditions = [(_named(path, params), operator) for path, operator in key_conditions(text)]
    names = [path[0] for path, _ in conditions]
    if names.count(key[0]) != 1 or (key[0], "=") not in [(path[0], operator) for path, operator in conditions]:
        yield Violation(f"a key condition says once what {key[0]} is equal to", QUERY)
    if set(names) - set(key) or len(names) > len(set(names)):
        yield Violation(f"a key condition names the parts of the key once each, not {names}", QUERY)
    for path, operator in conditions:
        if operator not in OF_KEYS:
            yield Violation(f"a key condition has no operator {operator} upon {path[0]}", QUERY)


def scan(params: Params, facts: Facts) -> Iterator[Violation]:
    """Items of a whole table or index; what is said of it holds for queries too."""
    yield from expression_violations(params)
    yield from _projection(params)
    if params.get("Limit", 1) < 1:
        yield Violation("Limit is at least 1", QUERY)
    table = facts.tables.get(params["TableName"])
    if table is None:
        return
    index = params.get("IndexName")
    if index is not None and params.get("ConsistentRead"):
        yield Violation("a global secondary index cannot be read consistently", QUERY)
    if index is not None and index not in table.indexes:
        yield Violation(f"the table has no index {index}", QUERY)
    if "ExclusiveStartKey" in params:
        yield from _start(params["ExclusiveStartKey"], dict(table.key + table.indexes.get(index or "", ())))


def _start(start: Mapping[str, Any], attributes: Mapping[str, str]) -> Iterator[Violation]:
    if start.keys() != attributes.keys():
        yield Violation(f"ExclusiveStartKey has the attributes {sorted(attributes)}", QUERY)
    for name, kind in attributes.items():
        if name in start:
            yield from key_value_violations(name, kind, start[name], LONGEST_PARTITION_KEY)


OPERATIONS: dict[str, Rule] = {
    "Put": put_item,
    "Update": update_item,
    "Delete": delete_item,
    "ConditionCheck": delete_item,
    "Get": get_item,
}


def transaction(params: Params, facts: Facts) -> Iterator[Violation]:
    """Operations that are done together or not at all."""
    operations = [next(iter(one.items())) for one in params["TransactItems"]]
    if not 1 <= len(operations) <= MOST_OPERATIONS:
        yield Violation(f"a transaction has 1 to 100 operations, not {len(operations)}", TRANSACTION)
    for kind, inner in operations:
        yield from OPERATIONS[kind](inner, facts)
    places = [_place(inner, facts) for _, inner in operations]
    known = [one for one in places if one is not None]
    if len(set(known)) < len(known):
        yield Violation("two operations of a transaction are upon one item", TRANSACTION)
    size = sum(_weight(inner) for _, inner in operations)
    if size > LARGEST_TRANSACTION:
        yield Violation(f"a transaction of {size} bytes is larger than 4 MB", TRANSACTION)


def _weight(inner: Params) -> int:
    return sum(size_of(inner[name]) for name in ("Item", "Key", "ExpressionAttributeValues") if name in inner)


def _place(inner: Params, facts: Facts) -> Any:
    table = facts.tables.get(inner["TableName"])
    item = inner.get("Key", inner.get("Item", {}))
    if table is None or any(name not in item for name, _ in table.key):
        return None
    return inner["TableName"], *(str(item[name]) for name, _ in table.key)


def batch_write(params: Params, facts: Facts) -> Iterator[Violation]:
    """Items that are put and deleted in one request, of which some may be left."""
    count = sum(map(len, params["RequestItems"].values()))
    if not 1 <= count <= 25:
        yield Violation(f"a batch writes 1 to 25 items, not {count}", BATCH_WRITE)
    places, size = [], 0
    for name, requests in params["RequestItems"].items():
        for one in requests:
            ((kind, inner),) = one.items()
            request = {"TableName": name, **inner}
            yield from OPERATIONS[kind.removesuffix("Request")](request, facts)
            places.append(_place(request, facts))
            size += _weight(request)
    if size > LARGEST_BATCH:
        yield Violation(f"a batch of {size} bytes is larger than 16 MB", BATCH_WRITE)
    yield from _once(places, BATCH_WRITE)


def batch_get(params: Params, facts: Facts) -> Iterator[Violation]:
    """Items by their keys, of which some may be left."""
    count = sum(len(one["Keys"]) for one in params["RequestItems"].values())
    if not 1 <= count <= MOST_OPERATIONS:
        yield Violation(f"a batch reads 1 to 100 items, not {count}", BATCH_GET)
    places = []
    for name, wanted in params["RequestItems"].items():
        yield from expression_violations(wanted)
        yield from _projection(wanted)
        for key in wanted["Keys"]:
            yield from key_violations(key, facts.tables.get(name))
            places.append(_place({"TableName": name, "Key": key}, facts))
    yield from _once(places, BATCH_GET)


def _once(places: list[Any], document: str) -> Iterator[Violation]:
    known = [one for one in places if one is not None]
    if len(set(known)) < len(known):
        yield Violation("a batch names each item once", document)


RULES: dict[str, Rule] = {
    "GetItem": get_item,
    "PutItem": put_item,
    "UpdateItem": update_item,
    "DeleteItem": delete_item,
    "Query": query,
    "Scan": scan,
    "TransactWriteItems": transaction,
    "TransactGetItems": transaction,
    "BatchWriteItem": batch_write,
    "BatchGetItem": batch_get,
}
