"""The rules of DynamoDB, each with what it takes and what it refuses."""

from typing import Any

import pytest

from tests.aws_rules.dynamodb import RULES
from tests.aws_rules.items import size_of
from tests.aws_rules.model import Facts, Table

KEY = (("pk", "S"), ("sk", "S"))
FACTS = Facts({"t": Table(KEY, {"by_state": (("state", "S"), ("next_at", "N"))})})
ITEM = {"pk": {"S": "a"}, "sk": {"S": "b"}}
KB = 1024


def broken(operation: str, **params: Any) -> list[str]:
    """What a request breaks."""
    return [one.rule for one in RULES[operation]({"TableName": "t", **params}, FACTS)]


def put(**attributes: Any) -> list[str]:
    return broken("PutItem", Item={**ITEM, **attributes})


def conditional(text: str, values: dict[str, Any] | None = None, names: dict[str, str] | None = None) -> list[str]:
    given: dict[str, Any] = {"ExpressionAttributeValues": values} if values is not None else {}
    given |= {"ExpressionAttributeNames": names} if names is not None else {}
    return broken("PutItem", Item=ITEM, ConditionExpression=text, **given)


def updated(text: str, **values: Any) -> list[str]:
    given = {"ExpressionAttributeValues": {f":{name}": one for name, one in values.items()}} if values else {}
    return broken("UpdateItem", Key=ITEM, UpdateExpression=text, **given)


def queried(text: str, values: str = "a", **params: Any) -> list[str]:
    given = {f":{name}": {"S": name} for name in values}
    return broken("Query", KeyConditionExpression=text, ExpressionAttributeValues=given, **params)


def test_an_item_is_as_large_as_its_names_and_values() -> None:
    """Text in UTF-8, two digits a byte and one more, three bytes a container and one more an element."""
    assert size_of({"ab": {"S": "ыы"}}) == 2 + 4
    assert size_of({"a": {"N": "12345"}}) == 1 + 4
    assert size_of({"a": {"N": "-12"}}) == 1 + 3
    assert size_of({"a": {"L": [{"S": "xy"}, {"BOOL": True}]}}) == 1 + 3 + (1 + 2) + (1 + 1)
    assert size_of({"a": {"M": {"k": {"B": b"123"}}}}) == 1 + 3 + 1 + 1 + 3
    assert size_of({"a": {"SS": ["x", "yz"]}}) == 1 + 3


def test_an_item_has_at_most_400_kilobytes() -> None:
    """Names and keys included."""
    rest = size_of(ITEM) + len("data")
    assert put(data={"S": "x" * (400 * KB - rest)}) == []
    assert len(put(data={"S": "x" * (400 * KB - rest + 1)})) == 1


@pytest.mark.parametrize(
    "value",
    [
        {"N": "1" * 39},
        {"N": "NaN"},
        {"N": "1e126"},
        {"N": "1e-131"},
        {"N": ""},
        {"N": 1},
        {"SS": []},
        {"NS": ["1", "1"]},
        {"NULL": False},
        {"X": "1"},
        {"S": "a", "N": "1"},
        {"S": "\ud800"},
        "a",
    ],
    ids=str,
)
def test_some_values_are_none(value: Any) -> None:
    """Long and endless numbers, empty sets and halves of letters among them."""
    assert len(put(value=value)) == 1


@pytest.mark.parametrize(
    "value",
    [{"N": "-12345678901234567890.5"}, {"N": "1e125"}, {"S": ""}, {"B": b""}, {"L": []}, {"NULL": True}],
    ids=str,
)
def test_other_values_are_taken(value: Any) -> None:
    """Empty text too, where it is no key."""
    assert put(value=value) == []


def test_values_are_nested_32_deep_at_most() -> None:
    """Lists and maps alike."""
    value: Any = {"S": "x"}
    for _ in range(32):
        value = {"L": [value]}
    assert put(value=value) == []
    assert len(put(value={"M": {"a": value}})) == 1


@pytest.mark.parametrize(
    "wrong", [{"S": ""}, {"N": "1"}, {"S": "x" * 1025}, {"S": "ы" * 513}], ids=lambda one: str(one)[:20]
)
def test_a_key_is_of_its_type_not_empty_and_short(wrong: Any) -> None:
    """In items and in keys."""
    assert len(put(sk=wrong)) == 1
    assert len(broken("GetItem", Key={**ITEM, "sk": wrong})) == 1
    assert broken("GetItem", Key={**ITEM, "pk": {"S": "x" * 2048}}) == []


def test_a_key_has_the_tables_attributes() -> None:
    """All of them, and no more."""
    assert len(broken("DeleteItem", Key={"pk": {"S": "a"}})) == 1
    assert len(broken("DeleteItem", Key={**ITEM, "x": {"S": "a"}})) == 1
    assert len(broken("PutItem", Item={"pk": {"S": "a"}})) == 1


def test_what_an_index_is_sorted_by_is_a_key_too() -> None:
    """In an item, and in what an update sets."""
    assert put(state={"S": "open"}, next_at={"N": "1"}) == []
    assert len(put(state={"S": ""})) == 1
    assert len(put(next_at={"S": "1"})) == 1
    assert updated("SET next_at = :n", n={"N": "1"}) == []
    assert len(updated("SET next_at = :n", n={"S": "1"})) == 1
    assert len(updated("SET #x = :n".replace("#x", "next_at"), n={"S": ""})) == 1
    assert len(updated("SET next_at = if_not_exists(next_at, :n)", n={"S": "1"})) == 1


def test_what_an_expression_names_is_given_and_used() -> None:
    """Names and values alike, in all expressions of a request together."""
    assert conditional("#a = :a AND attribute_exists(b.c[0])", {":a": {"S": ""}}, {"#a": "state"}) == []
    assert len(conditional("b = :a", {":a": {"S": ""}, ":b": {"S": ""}})) == 1
    assert len(conditional("b = :a AND c = :c", {":a": {"S": ""}})) == 1
    assert len(conditional("b = :a", {":a": {"S": ""}}, {"#a": "state"})) == 1
    assert len(conditional("attribute_exists(b)", {})) == 1
    assert len(broken("PutItem", Item=ITEM, ExpressionAttributeNames={"#a": "a"})) == 1


@pytest.mark.parametrize("word", ["state", "Status", "name", "ttl", "count", "data", "until"])
def test_a_reserved_word_needs_a_placeholder(word: str) -> None:
    """Whatever its case, and inside of a path too."""
    assert len(conditional(f"attribute_exists({word})")) == 1
    assert conditional("attribute_exists(#n)", None, {"#n": word}) == []
    assert len(conditional(f"attribute_exists(a.{word})")) == 1


def test_expressions_have_a_length_and_so_many_operators() -> None:
    """4 KB and 300."""
    assert conditional("a = :a" + " AND a = :a" * 149, {":a": {"S": ""}}) == []
    assert len(conditional("a = :a" + " AND a = :a" * 150, {":a": {"S": ""}})) == 1
    assert len(conditional(f"attribute_exists({'a' * 4096})")) == 1
    assert len(conditional("")) == 1


def test_there_are_no_other_functions_or_signs() -> None:
    """What cannot be read is refused."""
    assert len(conditional("exists(a)")) == 1
    assert conditional("a ; b") != []


def test_an_update_changes_a_place_once() -> None:
    """Neither twice, nor a place inside of one that is changed."""
    assert updated("SET a.b = :v, a.c = :v REMOVE d, e[1]", v={"S": "x"}) == []
    assert len(updated("SET a = :v, a.b = :v", v={"S": "x"})) == 1
    assert len(updated("SET a = :v REMOVE a", v={"S": "x"})) == 1
    assert len(updated("SET a = :v SET b = :v", v={"S": "x"})) == 1
    assert updated("ADD used :v SET b = b + :v", v={"N": "1"}) == []


def test_an_update_changes_no_key() -> None:
    """A row keeps its own."""
    assert len(updated("SET sk = :v", v={"S": "x"})) == 1
    assert len(updated("REMOVE pk")) == 1


def test_a_query_asks_for_a_partition_and_a_range_of_it() -> None:
    """By these operators alone, upon the keys of what is asked."""
    assert queried("pk = :a") == []
    assert queried("pk = :a AND sk BETWEEN :b AND :c", "abc") == []
    assert queried("pk = :a AND begins_with(sk, :b)", "ab") == []
    for wrong in ("pk > :a AND sk = :b", "pk = :a OR sk = :b", "pk = :a AND sk <> :b", "pk = :a AND colour = :b"):
        assert queried(wrong, "ab") != []
    assert queried("sk = :a") != []
    assert queried("pk = :a AND contains(sk, :b)", "ab") != []


def test_a_query_of_an_index_is_upon_its_keys_and_never_consistent() -> None:
    """It needs the index, too."""
    by_state: dict[str, Any] = {"IndexName": "by_state", "ExpressionAttributeNames": {"#s": "state"}}
    assert queried("#s = :a", **by_state) == []
    assert len(queried("#s = :a", **by_state, ConsistentRead=True)) == 1
    assert queried("pk = :a", IndexName="by_state") != []
    assert len(queried("pk = :a", IndexName="by_nothing")) == 1


def test_a_filter_is_upon_what_is_no_key() -> None:
    """Keys belong into the key condition."""
    assert queried("pk = :a", "ab", FilterExpression="colour = :b") == []
    assert len(queried("pk = :a", "ab", FilterExpression="sk = :b")) == 1


def test_a_page_has_at_least_one_item() -> None:
    """And begins after a whole key."""
    assert queried("pk = :a", Limit=1, ExclusiveStartKey=ITEM) == []
    assert len(queried("pk = :a", Limit=0)) == 1
    assert len(queried("pk = :a", ExclusiveStartKey={"pk": {"S": "a"}})) == 1
    assert len(queried("pk = :a", ExclusiveStartKey={**ITEM, "sk": {"N": "1"}})) == 1


def transaction(*items: dict[str, Any]) -> list[str]:
    return broken("TransactWriteItems", TransactItems=list(items))


def a_put(sk: str, data: str = "") -> dict[str, Any]:
    return {"Put": {"TableName": "t", "Item": {**ITEM, "sk": {"S": sk}, "text": {"S": data}}}}


def test_a_transaction_has_100_operations_upon_different_items() -> None:
    """Checks of conditions count, too."""
    assert transaction(*(a_put(str(n)) for n in range(100))) == []
    assert len(transaction(*(a_put(str(n)) for n in range(101)))) == 1
    assert len(transaction(a_put("a"), {"ConditionCheck": {"TableName": "t", "Key": {**ITEM, "sk": {"S": "a"}}}})) == 1
    assert len(transaction(*(a_put(str(n), "x" * 399 * KB) for n in range(11)))) == 1
    assert len(transaction(a_put(""))) == 1


def test_a_batch_writes_25_items_once_each() -> None:
    """Puts and deletes together."""

    def batch(*names: str) -> list[str]:
        requests = [{"PutRequest": {"Item": {**ITEM, "sk": {"S": name}}}} for name in names]
        return broken("BatchWriteItem", RequestItems={"t": requests})

    assert batch(*map(str, range(25))) == []
    assert len(batch(*map(str, range(26)))) == 1
    assert len(batch("a", "a")) == 1
    assert len(batch("")) == 1


def test_a_batch_reads_100_items_once_each() -> None:
    """Of all its tables."""

    def batch(*names: str) -> list[str]:
        return broken("BatchGetItem", RequestItems={"t": {"Keys": [{**ITEM, "sk": {"S": name}} for name in names]}})

    assert batch(*map(str, range(100))) == []
    assert len(batch(*map(str, range(101)))) == 1
    assert len(batch("a", "a")) == 1
