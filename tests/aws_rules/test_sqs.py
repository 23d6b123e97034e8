"""The rules of SQS, each with what it takes and what it refuses."""

from typing import Any

import pytest

from tests.aws_rules.model import Facts
from tests.aws_rules.sqs import RULES

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/plain"
FIFO = f"{URL}.fifo"
MIB = 1024 * 1024


def broken(operation: str, **params: Any) -> list[str]:
    """What a request breaks."""
    return [one.rule for one in RULES[operation](params, Facts(by_content={"by-content.fifo"}))]


def sent(body: str = "{}", **params: Any) -> list[str]:
    return broken("SendMessage", **{"QueueUrl": URL, "MessageBody": body, **params})


def sent_in_order(**params: Any) -> list[str]:
    return sent(**{"QueueUrl": FIFO, "MessageGroupId": "g", "MessageDeduplicationId": "d", **params})


def batch(*bodies: str, url: str = URL, ids: list[str] | None = None) -> list[str]:
    named = ids or [str(place) for place in range(len(bodies))]
    entries = [{"Id": id_, "MessageBody": body} for id_, body in zip(named, bodies, strict=True)]
    return broken("SendMessageBatch", QueueUrl=url, Entries=entries)


@pytest.mark.parametrize(
    "letter", ["\t", "\n", "\r", " ", "ы", "\x7f", "\ud7ff", "\ue000", "\ufffd", "😀", "\U0010ffff"]
)
def test_a_message_may_hold_what_xml_may(letter: str) -> None:
    """Tabs, ends of lines and every letter but a few."""
    assert sent(f"a{letter}") == []


@pytest.mark.parametrize("letter", ["\x00", "\x08", "\x0b", "\x1f", chr(0xD800), "\ufffe", "\uffff"])
def test_a_message_may_not_hold_what_xml_may_not(letter: str) -> None:
    """Control characters, halves of pairs, and two code points that are no characters."""
    assert sent(f"a{letter}") == [f"MessageBody may not hold U+{ord(letter):04X}"]


def test_a_message_has_at_most_a_mebibyte() -> None:
    """In bytes of UTF-8, with its attributes."""
    assert sent("x" * MIB) == []
    assert len(sent("x" * (MIB + 1))) == 1
    assert len(sent("ы" * (MIB // 2 + 1))) == 1
    attribute = {"a": {"DataType": "String", "StringValue": "x"}}
    assert len(sent("x" * MIB, MessageAttributes=attribute)) == 1


def test_a_message_is_not_empty() -> None:
    """There has to be a body."""
    assert sent("") == ["MessageBody may not be empty"]


def test_groups_and_deduplication_ids_are_of_ascii() -> None:
    """At most 128 letters, digits and marks."""
    assert sent_in_order(MessageGroupId="acme:" + "x" * 123, MessageDeduplicationId="a.b~{}\\") == []
    for wrong in ("", "x" * 129, "две", "a b", "a\n"):
        assert len(sent_in_order(MessageGroupId=wrong)) == 1
        assert len(sent_in_order(MessageDeduplicationId=wrong)) == 1


def test_a_message_of_a_fifo_queue_is_never_held_back_by_itself() -> None:
    """Not even for no time."""
    assert sent(DelaySeconds=900) == []
    assert len(sent_in_order(DelaySeconds=0)) == 1


def test_a_message_of_a_fifo_queue_has_its_group_and_its_id() -> None:
    """The id may follow from the body, where the queue says so."""
    assert sent_in_order() == []
    assert len(sent(QueueUrl=FIFO, MessageDeduplicationId="d")) == 1
    assert len(sent(QueueUrl=FIFO, MessageGroupId="g")) == 1
    assert sent(QueueUrl=f"{URL.removesuffix('plain')}by-content.fifo", MessageGroupId="g") == []
    assert len(sent(MessageDeduplicationId="d")) == 1


def test_a_message_is_held_back_for_a_quarter_of_an_hour_at_most() -> None:
    """In whole seconds."""
    for wrong in (-1, 901, 1.5):
        assert len(sent(DelaySeconds=wrong)) == 1


def test_attributes_have_names_and_values() -> None:
    """Ten at most, of letters, digits, dots, - and _."""
    text = {"DataType": "String", "StringValue": "x"}
    assert sent(MessageAttributes={"event.name-1_a": text}) == []
    for wrong in ("", "a b", ".a", "a..b", "AWS.trace", "x" * 257):
        assert len(sent(MessageAttributes={wrong: text})) == 1
    assert len(sent(MessageAttributes={"a": {**text, "StringValue": ""}})) == 1
    assert len(sent(MessageAttributes={f"a{n}": text for n in range(11)})) == 1


def test_a_batch_has_at_most_ten_entries_and_a_mebibyte() -> None:
    """The sizes of its messages count together."""
    assert batch(*["x"] * 10) == []
    assert len(batch(*["x"] * 11)) == 1
    assert len(batch("x" * MIB, "x")) == 1


def test_the_ids_of_a_batch_differ() -> None:
    """At most 80 letters, digits, - and _."""
    assert batch("x", "x", ids=["a_-", "b" * 80]) == []
    assert len(batch("x", "x", ids=["a", "a"])) == 1
    for wrong in ("", "b" * 81, "a.b", "ы"):
        assert len(batch("x", ids=[wrong])) == 1


def test_messages_are_hidden_for_half_a_day_at_most() -> None:
    """And waited for for 20 s, ten at a time."""
    assert broken("ChangeMessageVisibility", VisibilityTimeout=43_200) == []
    assert len(broken("ChangeMessageVisibility", VisibilityTimeout=43_201)) == 1
    entries = [{"Id": "1", "VisibilityTimeout": 43_201}]
    assert len(broken("ChangeMessageVisibilityBatch", Entries=entries)) == 1
    assert broken("ReceiveMessage", MaxNumberOfMessages=10, WaitTimeSeconds=20) == []
    for wrong in ({"MaxNumberOfMessages": 11}, {"MaxNumberOfMessages": 0}, {"WaitTimeSeconds": 21}):
        assert len(broken("ReceiveMessage", **wrong)) == 1
