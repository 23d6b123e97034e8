"""Text of names in a form that every table, queue, log, e-mail and receiver takes."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from switchboard.errors import Invalid

REPLACEMENT = "\ufffd"
# Lone surrogates, which UTF-8 cannot encode, and what Unicode calls noncharacters (Unicode, section 23.7).
_NO_CHARACTERS = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
_SPACES = re.compile("[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")


def plain_text(text: str) -> str:
    """Return text without control characters, lone surrogates and noncharacters.

    Line ends and tabs become a space, other control characters vanish, and what is no character becomes U+FFFD.
    """
    if text.isprintable():
        return text
    return _NO_CHARACTERS.sub(REPLACEMENT, _CONTROLS.sub("", _SPACES.sub(" ", text)))


def plain_name(value: Any) -> Any:
    """Return a name as `plain_text` makes it; a value of another type stays for the next check to refuse."""
    return plain_text(value) if isinstance(value, str) else value


def unquoted(text: str, field: str) -> str:
    """Return a parameter of a path, percent-decoded once. Raises Invalid unless the bytes are UTF-8."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise Invalid("It must be UTF-8 in percent-encoding.", field) from None
