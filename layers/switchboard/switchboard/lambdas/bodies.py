"""Read the bodies of requests: JSON in any vendor's encoding, tables, text and bytes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from switchboard.errors import Invalid, TooLarge, UnsupportedMedia
from switchboard.kernel.event_bodies import event_in, request_in
from switchboard.kernel.json_objects import NOT_AN_OBJECT, REPLACED, object_in

NOT_BYTES = "Send the bytes as they are, with Content-Type: application/octet-stream."


def json_object(event: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """Return the JSON object in a body of at most `limit` bytes. Raises TooLarge or Invalid."""
    return object_in(_bytes_of(event, limit))


def event_object(event: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """Return the JSON object of a PBX's event, also out of a body that is not quite JSON.

    Raises TooLarge, and Invalid if no reader finds an object.
    """
    return event_in(_bytes_of(event, limit), event.get("headers") or {}, limit)


def request_object(event: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """Return the object of a request to a vendor's API, also out of a body that is not quite JSON.

    Raises TooLarge, and Invalid for a body that is cut off or unreadable.
    """
    return request_in(_bytes_of(event, limit), event.get("headers") or {}, limit)


def raw_body(event: Mapping[str, Any], limit: int) -> bytes:
    """Return a body of at most `limit` bytes as the client sent it. Raises TooLarge or Invalid."""
    return _bytes_of(event, limit)


def text_of(event: Mapping[str, Any], limit: int) -> str:
    """Return the text in a body of at most `limit` bytes of UTF-8. Raises TooLarge or Invalid."""
    try:
        return _bytes_of(event, limit).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("The body must be text in UTF-8.") from None


def sent_text(event: Mapping[str, Any], limit: int) -> str:
    """Return the text of a body for messages about it; an empty text if the body is no UTF-8."""
    try:
        return text_of(event, limit)
    except (Invalid, TooLarge):
        return ""


def _bytes_of(event: Mapping[str, Any], limit: int) -> bytes:
    body = event.get("body") or ""
    if len(body) > limit * 2:  # too long in any encoding, so decoding is not needed
        raise TooLarge(f"The body must be no longer than {limit} bytes.")
    raw = _raw(body, encoded=bool(event.get("isBase64Encoded")))
    if len(raw) > limit:
        raise TooLarge(f"The body must be no longer than {limit} bytes.")
    return raw


def beginning_of(event: Mapping[str, Any], limit: int) -> tuple[bytes, int]:
    """Return the first `limit` bytes of a body, and the size of the whole body in bytes. Never raises."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body[:limit].encode("utf-8", "replace")[:limit], len(body.encode("utf-8", "replace"))
    try:
        return base64.b64decode(body[: (limit // 3 + 1) * 4])[:limit], len(body) * 3 // 4
    except ValueError:
        return body[:limit].encode("utf-8", "replace")[:limit], len(body)


def bytes_of(event: Mapping[str, Any], limit: int, too_large: str) -> bytes:
    """Return the body as bytes. Raises TooLarge with the message `too_large` for more than `limit` bytes."""
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
