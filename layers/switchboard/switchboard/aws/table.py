"""Shared by all table adapters: items of strings and integers, and translated errors of DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from switchboard.aws.codec import NOT_A_CURSOR, dump_cursor, load, load_cursor
from switchboard.aws.outages import is_outage
from switchboard.aws.unknown_fields import attributes_of, with_attributes
from switchboard.errors import Busy, Invalid, TryAgain

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")
Item = dict[str, Any]
CONFLICT_WAIT = 1.0
TRIES = 8  # of a batch
LONGEST_KEY = 1024  # bytes, of a sort key


class ConditionFailed(Exception):
    """A condition of a write failed. `reasons` has a code for each item of a transaction."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("condition failed")
        self.reasons = reasons


def is_key(*parts: str) -> bool:
    """Whether all parts can be keys. Callers treat any other text, such as a very long path, as a missing row."""
    return all(part and len(part.encode()) <= LONGEST_KEY for part in parts)


def to_item(values: Mapping[str, Any]) -> Item:
    """Return a flat mapping of strings, bytes and integers in DynamoDB's form. None is left out."""
    return {name: _attribute(value) for name, value in values.items() if value is not None}


def load_row(item: Item, kind: type[T], known: frozenset[str]) -> T:
    """Return the model in `data`. The model keeps attributes that are not `known`: a later release wrote them."""
    rest = {name: value for name, value in item.items() if name not in known}
    model: T = with_attributes(load(item["data"]["S"], kind), rest)
    return model


def row_of(model: Any, values: Mapping[str, Any]) -> Item:
    """Return the item of a model, with the attributes of a later release that the model was read with."""
    return {**attributes_of(model), **to_item(values)}


def _attribute(value: str | bytes | int) -> dict[str, Any]:
    if isinstance(value, int):
        return {"N": str(value)}
    return {"B": value} if isinstance(value, bytes) else {"S": value}


def put_if(table: str, item: Item, condition: str, values: Mapping[str, Any]) -> Any:
    """Return the put of a transaction that writes an item under a condition; `values` are those of the condition."""
    put = {"TableName": table, "Item": item, "ConditionExpression": condition}
    return {"Put": {**put, "ExpressionAttributeValues": to_item(values)} if values else put}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flat mapping of an item. Lists become lists of strings."""
    return {name: _plain(attribute) for name, attribute in item.items()}


def _plain(attribute: Mapping[str, Any]) -> Any:
    if "N" in attribute:
        return int(attribute["N"])
    if "L" in attribute:
        return [_plain(entry) for entry in attribute["L"]]
    return attribute["B"] if "B" in attribute else attribute["S"]


def newest_first(
    client: DynamoDBClient, query: Mapping[str, Any], limit: int, cursor: str | None, key: frozenset[str]
) -> tuple[list[Item], str | None]:
    """Return a page of a query, and the next cursor with the attributes `key`. Raises Invalid for a foreign cursor."""
    start: Any = {} if cursor is None else {"ExclusiveStartKey": load_cursor(cursor, key)}
    try:
        answer = client.query(ScanIndexForward=False, Limit=limit, **query, **start)
    except ClientError as error:
        # The cursor is of another list or time.
        if start and error.response["Error"]["Code"] == "ValidationException":
            raise Invalid(NOT_A_CURSOR, "cursor") from error
        raise
    return answer["Items"], dump_cursor(answer.get("LastEvaluatedKey"))


def write_batch(client: DynamoDBClient, table: str, requests: Sequence[Any]) -> None:
    """Write at most 25 requests, and repeat those that the table leaves. Raises Busy after eight attempts."""
    left: Any = list(requests)
    for _ in range(TRIES):
        left = client.batch_write_item(RequestItems={table: left}).get("UnprocessedItems", {}).get(table)
        if not left:
            return
    raise Busy("The table is busy.")


@contextmanager
def named_errors() -> Iterator[None]:
    """Translate the errors that callers act on. All other errors pass unchanged."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        reasons = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
        if code == "ConditionalCheckFailedException" or "ConditionalCheckFailed" in reasons:
            raise ConditionFailed(reasons) from error
        if is_outage(error):
            raise Busy("The table is busy.") from error
        if code == "TransactionConflictException" or "TransactionConflict" in reasons:
            raise TryAgain("Another transaction changes the same rows.", CONFLICT_WAIT) from error
        raise
