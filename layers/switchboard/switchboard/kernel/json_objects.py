"""Read JSON objects from bytes, in a form that tables and queues can store."""

from __future__ import annotations

import json
import re
from typing import Any

from switchboard.errors import Invalid

DEEPEST = 64
LEAST, MOST = -(2**63), 2**64 - 1  # the integers that rows and messages can hold
LONGEST_INTEGER = 20  # digits
REPLACED = "\ufffd"
NO_CHARACTERS = re.compile("[\ufffe\uffff]")  # U+FFFE and U+FFFF: XML forbids them, and queues refuse them
NOT_AN_OBJECT = "The body must be a JSON object."


def object_in(raw: bytes) -> dict[str, Any]:
    """Return the JSON object in these bytes, in a form that can be stored. Raises Invalid for any other body."""
    value = _parsed(raw)
    if not isinstance(value, dict):
        raise Invalid(NOT_AN_OBJECT)
    return value


def _parsed(raw: bytes) -> Any:
    try:
        # NaN and Infinity become null.
        value = json.loads(raw.decode("utf-8-sig"), parse_int=whole, parse_constant=lambda _: None)
        return storable(value)
    except (ValueError, RecursionError):
        raise Invalid(NOT_AN_OBJECT) from None


def whole(digits: str) -> int | str:
    """Return the integer; an integer that no row can hold stays the text of its digits."""
    number = int(digits) if len(digits) <= LONGEST_INTEGER else None
    return number if number is not None and LEAST <= number <= MOST else digits


def storable(value: Any) -> Any:
    """Return the value in a form that can be stored. Raises Invalid if the nesting is deeper than 64.

    Half of a surrogate pair becomes `?`. U+FFFE and U+FFFF, which are no characters, become U+FFFD.
    """
    if _depth(value) > DEEPEST:
        raise Invalid("The body is nested too deeply.")
    text = json.dumps(value, ensure_ascii=False)
    if text.isascii():
        return value
    written = NO_CHARACTERS.sub(REPLACED, text.encode("utf-8", "replace").decode())
    return value if written == text else json.loads(written)


def _depth(value: Any) -> int:
    level, depth = [value], 0
    while level:
        depth += 1
        level = [inner for outer in level for inner in _inside(outer)]
    return depth


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
