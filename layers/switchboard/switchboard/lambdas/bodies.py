"""JSON out of requests, whatever a vendor's encoder made of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from switchboard.errors import Invalid, TooLarge

DEEPEST = 64
DIGITS_OF_INT64 = 18
NOT_AN_OBJECT = "The body must be a JSON object."


def json_object(event: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """The JSON object in a request's body of at most `limit` bytes; TooLarge and Invalid for all else."""
    body = event.get("body") or ""
    if len(body) > limit * 2:  # no need to decode what is too long in any encoding
        raise TooLarge(f"The body must be no longer than {limit} bytes.")
    raw = _raw(body, encoded=bool(event.get("isBase64Encoded")))
    if len(raw) > limit:
        raise TooLarge(f"The body must be no longer than {limit} bytes.")
    return object_in(raw)


def object_in(raw: bytes) -> dict[str, Any]:
    """The JSON object that these bytes are, in a form that can be stored; raises Invalid."""
    value = _parsed(raw)
    if not isinstance(value, dict):
        raise Invalid(NOT_AN_OBJECT)
    return value


def _raw(body: str, *, encoded: bool) -> bytes:
    try:
        return base64.b64decode(body) if encoded else body.encode("utf-8", "surrogatepass")
    except ValueError:  # no base64, or no ASCII
        raise Invalid(NOT_AN_OBJECT) from None


def _parsed(raw: bytes) -> Any:
    try:
        # Numbers that no database holds are kept as what they were written as.
        value = json.loads(raw.decode("utf-8-sig"), parse_int=_whole, parse_constant=lambda _: None)
        return _writable(value)
    except (ValueError, RecursionError):
        raise Invalid(NOT_AN_OBJECT) from None


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= DIGITS_OF_INT64 else digits


def _writable(value: Any) -> Any:
    """The value in a form that can be stored: half of a surrogate pair becomes `?`, bottomless nesting an error."""
    if _depth(value) > DEEPEST:
        raise Invalid("The body is nested too deeply.")
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode("utf-8", "replace"))
    return value


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
