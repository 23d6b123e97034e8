"""JSON out of requests, whatever a vendor's encoder made of it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from switchboard.errors import Invalid, TooLarge, UnsupportedMedia
from switchboard.kernel.json_objects import NOT_AN_OBJECT, REPLACED, object_in

NOT_BYTES = "Send the bytes as they are, with Content-Type: application/octet-stream."


def json_object(event: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """The JSON object in a request's body of at most `limit` bytes; TooLarge and Invalid for all else."""
    return object_in(_bytes_of(event, limit))


def object_or_table(event: Mapping[str, Any], limit: int, rows_of: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """The JSON object in a request's body; a table (`text/csv`) as the object that `rows_of` makes of its text."""
    named = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    kind = str(named.get("content-type", "")).partition(";")[0].strip().lower()
    return rows_of(text_of(event, limit)) if kind == "text/csv" else json_object(event, limit)


def text_of(event: Mapping[str, Any], limit: int) -> str:
    """The text in a request's body of at most `limit` bytes of UTF-8; TooLarge and Invalid for all else."""
    try:
        return _bytes_of(event, limit).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("The body must be text in UTF-8.") from None


def _bytes_of(event: Mapping[str, Any], limit: int) -> bytes:
    body = event.get("body") or ""
    if len(body) > limit * 2:  # no need to decode what is too long in any encoding
        raise TooLarge(f"The body must be no longer than {limit} bytes.")
    raw = _raw(body, encoded=bool(event.get("isBase64Encoded")))
    if len(raw) > limit:
        raise TooLarge(f"The body must be no longer than {limit} bytes.")
    return raw


def bytes_of(event: Mapping[str, Any], limit: int, too_large: str) -> bytes:
    """The body as it was sent; TooLarge, in these words, for more than `limit` bytes."""
    body, encoded = event.get("body") or "", bool(event.get("isBase64Encoded"))
    if not encoded and REPLACED in body:
        raise UnsupportedMedia(NOT_BYTES)
    try:
        data = base64.b64decode(body, validate=True) if encoded else body.encode()
    except ValueError:
        raise UnsupportedMedia(NOT_BYTES) from None
    if len(data) > limit:
        raise TooLarge(too_large)
    return data


def _raw(body: str, *, encoded: bool) -> bytes:
    try:
        return base64.b64decode(body) if encoded else body.encode("utf-8", "surrogatepass")
    except ValueError:  # no base64, or no ASCII
        raise Invalid(NOT_AN_OBJECT) from None
