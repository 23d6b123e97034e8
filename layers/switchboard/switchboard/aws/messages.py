"""The text of queues' messages, for models with any text."""

from __future__ import annotations

from typing import Any

from switchboard.aws.codec import dump

# SQS refuses these characters (API Reference, SendMessage), and JSON can escape them. JSON text contains no other
# character that SQS refuses.
ESCAPES = {"\ufffe": "\\ufffe", "\uffff": "\\uffff"}


def message_of(value: Any) -> str:
    """Return the JSON text of a model as a body for SQS. `codec.load` reads this text."""
    text = dump(value)
    if text.isascii():
        return text
    for letter, escape in ESCAPES.items():
        text = text.replace(letter, escape)
    return text
