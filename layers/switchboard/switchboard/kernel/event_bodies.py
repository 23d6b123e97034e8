"""Read the bodies of PBXs' events and vendors' requests: by the strict reader, and behind it by the lenient reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.errors import Invalid
from switchboard.kernel.json_objects import NOT_AN_OBJECT, object_in, storable


def event_in(raw: bytes, headers: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """Return the JSON object of a PBX's event, also out of a body that is not quite JSON: a PBX does not send again.

    `headers` are those of the request, and `limit` bounds the decompressed size in bytes. Raises Invalid if no reader
    finds an object.
    """
    return _object_in(raw, headers, limit, guesses=True)


def request_in(raw: bytes, headers: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """Return the JSON object of a request to a vendor's API, also out of a body that is not quite JSON.

    A body that may be cut off is refused: half a number would ring a stranger. Arguments and error as for `event_in`.
    """
    return _object_in(raw, headers, limit, guesses=False)


def _object_in(raw: bytes, headers: Mapping[str, Any], limit: int, *, guesses: bool) -> dict[str, Any]:
    try:
        return object_in(raw)
    except Invalid:
        from switchboard.kernel.lenient import BodyHeaders, UnreadableBodyError, read_leniently  # noqa: PLC0415 - strict bodies never need it

    named = {name.lower(): str(value) for name, value in headers.items()}
    told = BodyHeaders(named.get("content-type", ""), named.get("content-encoding", ""))
    try:
        found: dict[str, Any] = storable(read_leniently(raw, told, limit, guesses=guesses))
    except UnreadableBodyError:
        raise Invalid(NOT_AN_OBJECT) from None
    return found
