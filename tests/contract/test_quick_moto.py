"""The shortcuts in moto change no answer and no rule."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.stack import Stack

ROW: dict[str, Any] = {
    "pk": {"S": "acme"},
    "sk": {"S": "1"},
    "count": {"N": "7"},
    "open": {"BOOL": False},
    "none": {"NULL": True},
    "bytes": {"B": b"\x00\x01"},
    "names": {"SS": ["a", "b"]},
    "list": {"L": [{"S": "x"}, {"M": {"deep": {"N": "1"}}}]},
    "map": {"M": {"S": {"S": "a key that is a type's name"}, "deep": {"M": {"n": {"N": "2"}}}}},
}


@pytest.fixture
def table(stack: Stack) -> str:
    return stack.table("CallsTable")


def test_attributes_of_every_type_come_back_as_they_went(stack: Stack, table: str) -> None:
    """One by one, in a query and in a scan."""
    dynamodb = stack.dynamodb
    dynamodb.put_item(TableName=table, Item=ROW)
    key = {name: ROW[name] for name in ("pk", "sk")}
    asked = {":pk": ROW["pk"]}
    assert dynamodb.get_item(TableName=table, Key=key)["Item"] == ROW
    assert dynamodb.scan(TableName=table)["Items"] == [ROW]
    found = dynamodb.query(TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=asked)
    assert (found["Items"], found["Count"], "LastEvaluatedKey" in found) == ([ROW], 1, False)


def test_rows_are_sorted_and_compared_by_their_type(stack: Stack, table: str) -> None:
    """Texts by letters, numbers by value."""
    dynamodb = stack.dynamodb
    for place in ("9", "10", "1"):
        dynamodb.put_item(TableName=table, Item={**ROW, "sk": {"S": place}, "count": {"N": place}})
    found = dynamodb.query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND sk > :first",
        FilterExpression="#count > :five",
        ExpressionAttributeNames={"#count": "count"},
        ExpressionAttributeValues={":pk": ROW["pk"], ":first": {"S": "1"}, ":five": {"N": "5"}},
    )
    assert [row["sk"]["S"] for row in found["Items"]] == ["10", "9"]


def test_a_cancelled_transaction_leaves_every_row_as_before(stack: Stack, table: str) -> None:
    """Scalars, nested values and new rows."""
    dynamodb = stack.dynamodb
    dynamodb.put_item(TableName=table, Item=ROW)
    key = {name: ROW[name] for name in ("pk", "sk")}
    change = {
        "TableName": table,
        "Key": key,
        "UpdateExpression": "SET #count = :n, #map.deep.n = :n ADD #names :names REMOVE #list[0]",
        "ExpressionAttributeNames": {"#count": "count", "#map": "map", "#names": "names", "#list": "list"},
        "ExpressionAttributeValues": {":n": {"N": "9"}, ":names": {"SS": ["c"]}},
    }
    new = {"TableName": table, "Item": {**ROW, "sk": {"S": "2"}}}
    refused = {"TableName": table, "Key": {**key, "sk": {"S": "3"}}, "ConditionExpression": "attribute_exists(pk)"}
    items: list[Any] = [{"Update": change}, {"Put": new}, {"ConditionCheck": refused}]
    with pytest.raises(ClientError, match="TransactionCanceled"):
        dynamodb.transact_write_items(TransactItems=items)
    assert dynamodb.scan(TableName=table)["Items"] == [ROW]
    dynamodb.transact_write_items(TransactItems=items[:2])
    assert dynamodb.get_item(TableName=table, Key=key)["Item"]["count"] == {"N": "9"}
    assert dynamodb.scan(TableName=table)["Count"] == 2
