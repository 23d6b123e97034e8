"""The text of queues' messages, for models with any text."""

from __future__ import annotations

from typing import Any

from switchboard.aws.codec import dump
from switchboard.errors import TooLarge
from switchboard.kernel.call import CallEvent

# SQS refuses these characters (API Reference, SendMessage), and JSON can escape them. JSON text contains no other
# character that SQS refuses.
ESCAPES = {"\ufffe": "\\ufffe", "\uffff": "\\uffff"}

LARGEST_EVENT = 80_000  # characters: at most four bytes each, within the 400 KB of a row


def message_of(value: Any) -> str:
    """Return the JSON text of a model as a body for SQS. `codec.load` reads this text."""
    text = dump(value)
    if text.isascii():
        return text
    for letter, escape in ESCAPES.items():
        text = text.replace(letter, escape)
    return text


def event_text(event: CallEvent) -> str:
    """Return the JSON text of an event. Raises TooLarge if a row could not hold the event."""
    text = message_of(event)
    if len(text) > LARGEST_EVENT:
        raise TooLarge("The event is too large to be stored.")
    return text
