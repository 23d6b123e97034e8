"""Amazon SQS: messages, and what names them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.aws_rules.model import Facts, Params, Rule, Violation

QUOTAS = "SQS Developer Guide, Amazon SQS message quotas"
SEND = "SQS API Reference, SendMessage"
BATCH = "SQS API Reference, SendMessageBatch"
VISIBILITY = "SQS API Reference, ChangeMessageVisibility"
RECEIVE = "SQS API Reference, ReceiveMessage"

LARGEST = 1024 * 1024
MOST_ENTRIES = 10
MOST_ATTRIBUTES = 10
LONGEST_DELAY = 900
LONGEST_VISIBILITY = 43_200
LONGEST_WAIT = 20
REFUSED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ID = re.compile(r"[A-Za-z0-9!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}")
ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
ATTRIBUTE = re.compile(r"(?!aws\.)(?!amazon\.)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", re.IGNORECASE)


def send_message(params: Params, facts: Facts) -> Iterator[Violation]:
    """A message by itself."""
    yield from _message(params, params["QueueUrl"], facts)
    if _size(params) > LARGEST:
        yield Violation(f"a message of {_size(params)} bytes is larger than 1 MiB, attributes included", QUOTAS)


def send_message_batch(params: Params, facts: Facts) -> Iterator[Violation]:
    """Messages together, whose sizes are counted together."""
    entries = params["Entries"]
    yield from _entries([one["Id"] for one in entries])
    for one in entries:
        yield from _message(one, params["QueueUrl"], facts)
    size = sum(map(_size, entries))
    if size > LARGEST:
        yield Violation(f"a batch of {size} bytes is larger than 1 MiB", BATCH)


def batch(params: Params, _: Facts) -> Iterator[Violation]:
    """Messages that are deleted or hidden together."""
    yield from _entries([one["Id"] for one in params["Entries"]])
    for one in params["Entries"]:
        yield from change_visibility(one, _)


def change_visibility(params: Params, _: Facts) -> Iterator[Violation]:
    """How long a message is out of sight."""
    yield from _between("VisibilityTimeout", params.get("VisibilityTimeout", 0), LONGEST_VISIBILITY, VISIBILITY)


def receive_message(params: Params, _: Facts) -> Iterator[Violation]:
    """How many messages, and for how long they are waited for."""
    yield from _between("VisibilityTimeout", params.get("VisibilityTimeout", 0), LONGEST_VISIBILITY, RECEIVE)
    yield from _between("WaitTimeSeconds", params.get("WaitTimeSeconds", 0), LONGEST_WAIT, RECEIVE)
    if not 1 <= params.get("MaxNumberOfMessages", 1) <= MOST_ENTRIES:
        yield Violation("MaxNumberOfMessages is from 1 to 10", RECEIVE)


def _message(message: Params, url: str, facts: Facts) -> Iterator[Violation]:
    yield from _text("MessageBody", message["MessageBody"])
    if not message["MessageBody"]:
        yield Violation("MessageBody may not be empty", SEND)
    yield from _between("DelaySeconds", message.get("DelaySeconds", 0), LONGEST_DELAY, SEND)
    for name in ("MessageGroupId", "MessageDeduplicationId"):
        if name in message and not ID.fullmatch(message[name]):
            yield Violation(f"{name} has 1 to 128 letters, digits and marks of ASCII: {message[name]!r}", SEND)
    yield from _fifo(message, facts, url.rpartition("/")[2])
    yield from _attributes(message.get("MessageAttributes", {}))


def _fifo(message: Params, facts: Facts, queue: str) -> Iterator[Violation]:
    if not queue.endswith(".fifo"):
        if "MessageDeduplicationId" in message:
            yield Violation("a standard queue takes no MessageDeduplicationId", SEND)
        return
    if "MessageGroupId" not in message:
        yield Violation("a FIFO queue needs a MessageGroupId", SEND)
    if "MessageDeduplicationId" not in message and queue not in facts.by_content:
        yield Violation("a FIFO queue needs a MessageDeduplicationId, or to derive the id from the body", SEND)
    if "DelaySeconds" in message:
        yield Violation("a FIFO queue takes no DelaySeconds of one message", SEND)


def _attributes(attributes: Params) -> Iterator[Violation]:
    if len(attributes) > MOST_ATTRIBUTES:
        yield Violation("a message has at most 10 attributes", QUOTAS)
    for name, value in attributes.items():
        if not ATTRIBUTE.fullmatch(name) or len(name) > 256:
            yield Violation(f"an attribute cannot be named {name!r}", SEND)
        if value.get("StringValue", "x") == "" or value.get("BinaryValue", b"x") == b"":
            yield Violation(f"the attribute {name} may not be empty", SEND)
        yield from _text(f"the attribute {name}", value.get("StringValue", ""))


def _text(name: str, text: str) -> Iterator[Violation]:
    found = REFUSED.search(text)
    if found:
        yield Violation(f"{name} may not hold U+{ord(found[0]):04X}", SEND)


def _entries(ids: list[str]) -> Iterator[Violation]:
    if not 1 <= len(ids) <= MOST_ENTRIES:
        yield Violation(f"a batch has 1 to 10 entries, not {len(ids)}", BATCH)
    if len(set(ids)) < len(ids):
        yield Violation("the ids of a batch's entries differ", BATCH)
    for one in ids:
        if not ENTRY_ID.fullmatch(one):
            yield Violation(f"an entry's id has at most 80 letters, digits, - and _: {one!r}", BATCH)


def _between(name: str, value: object, most: int, document: str) -> Iterator[Violation]:
    if not isinstance(value, int) or not 0 <= value <= most:
        yield Violation(f"{name} is a whole number from 0 to {most}, not {value!r}", document)


def _size(message: Params) -> int:
    attributes = message.get("MessageAttributes", {})
    return _bytes(message["MessageBody"]) + sum(
        _bytes(name) + _bytes(value["DataType"]) + _bytes(value.get("StringValue", value.get("BinaryValue", "")))
        for name, value in attributes.items()
    )


def _bytes(value: str | bytes) -> int:
    if isinstance(value, bytes):
        return len(value)
    return len(value) if value.isascii() else len(value.encode(errors="surrogatepass"))


RULES: dict[str, Rule] = {
    "SendMessage": send_message,
    "SendMessageBatch": send_message_batch,
    "DeleteMessageBatch": batch,
    "ChangeMessageVisibility": change_visibility,
    "ChangeMessageVisibilityBatch": batch,
    "ReceiveMessage": receive_message,
}
