"""The text of messages of queues, whatever the models in them say."""

from __future__ import annotations

from typing import Any

from switchboard.aws.codec import dump

# SQS refuses a body that holds one of these (API Reference, SendMessage). JSON can write them in another way. What
# else SQS refuses is in no JSON: control characters are escaped, and half of a surrogate pair cannot be encoded.
ESCAPES = {"\ufffe": "\\ufffe", "\uffff": "\\uffff"}


def message_of(value: Any) -> str:
    """JSON text of a model as SQS takes a body. `codec.load` reads the same model from this text as from `dump`'s."""
    text = dump(value)
    if text.isascii():
        return text
    for letter, escape in ESCAPES.items():
        text = text.replace(letter, escape)
    return text
