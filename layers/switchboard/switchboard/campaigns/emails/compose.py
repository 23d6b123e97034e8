"""Compose a message: fill in placeholders, and remove characters that could inject headers."""

from __future__ import annotations

import re

from switchboard.campaigns.emails.model import Email
from switchboard.kernel.campaign import EmailText, Execution, Subscriber
from switchboard.kernel.plain_text import plain_text

LONGEST_ADDRESS = 254  # characters (RFC 5321, section 4.5.3.1)
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\\\[\]]+@[^\s@<>(),;:\"\\\[\]]+\.[^\s@<>(),;:\"\\\[\].]+")
_PLACEHOLDER = re.compile(r"\{(fullName|name)\}")


def compose(execution: Execution, words: EmailText, subscriber: Subscriber, address: str) -> Email:
    """Return the message. `{fullName}` becomes the subscriber's name, `{name}` the task's."""
    values = {"fullName": plain_text(subscriber.full_name), "name": plain_text(execution.name)}

    def filled(text: str) -> str:
        return _PLACEHOLDER.sub(lambda found: values[found[1]], text)

    lines = [plain_text(line) for line in filled(words.text).splitlines()]
    return Email(address.strip(), plain_text(filled(words.subject)).strip(), "\n".join(lines))


def is_address(text: str) -> bool:
    """Whether the text is exactly one e-mail address."""
    bare = text.strip()
    return len(bare) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(bare) is not None
