"""Groups of subscribers: `[{"fullName", "phones", "emails"}]` (sp5000-cato, section 3.2; ruling cato 3)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from switchboard.errors import Invalid
from switchboard.kernel.campaign import ListUpload, Subscriber, SubscriberGroup
from switchboard.kernel.subscriber_list import GatheredList, Problem, Row

GROUPS = "/api/v1/subscriber-groups"
BETWEEN = re.compile(r"[\s,]*")  # separators between two arrays
WITHIN = re.compile(r"[,;]")  # separators of numbers within a string
NOT_A_LIST = "The body must be a JSON array of subscribers."
LONGEST_TEXT = 10_000  # of one field


def read_group(text: str) -> Iterator[Row]:
    """Yield the rows of an array, of several arrays, or of one object. Raises Invalid for text that is no JSON."""
    decoder, place, number = json.JSONDecoder(), _skip(text, 0), 0
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            raise Invalid(NOT_A_LIST, "body") from None
        for entry in _entries(value):
            number += 1
            yield _row(number, entry)
        place = _skip(text, place)


def subscriber_view(subscriber: Subscriber) -> dict[str, Any]:
    """Return a subscriber; `phones` and `emails` are always lists."""
    return {
        "fullName": subscriber.full_name,
        "phones": list(subscriber.phones),
        "emails": list(subscriber.emails),
    }


def group_view(group: SubscriberGroup, base_url: str, gathered: GatheredList | None = None) -> dict[str, Any]:
    """Return the documented fields and the size; after an upload also the counts of duplicates and skipped rows."""
    shown = {
        "id": group.id,
        "name": group.name,
        "url": f"{base_url}{GROUPS}/{group.id}/content",
        "userId": group.user_id,
        "subscriberCount": group.audience.size,
    }
    return shown if gathered is None else {**shown, "duplicates": gathered.duplicates, "skipped": gathered.skipped}


def upload_view(upload: ListUpload, link: str, base_url: str) -> dict[str, Any]:
    """Return the request that uploads the list, and the request that completes the upload."""
    headers = {"Content-Type": upload.kind, "Content-Length": str(upload.size)}
    return {
        "id": upload.id,
        "name": upload.name,
        "userId": upload.user_id,
        "upload": {"method": "PUT", "url": link, "headers": headers},
        "complete": {"method": "POST", "url": f"{base_url}{GROUPS}/uploads/{upload.id}"},
    }


def _skip(text: str, place: int) -> int:
    found = BETWEEN.match(text, place)
    return found.end() if found else place


def _entries(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [value]
    raise Invalid(NOT_A_LIST, "body")


def _row(number: int, entry: Any) -> Row:
    if not isinstance(entry, dict):
        return Row(number, problem=Problem(number, "", "A subscriber must be a JSON object."))
    name, phones, emails = entry.get("fullName"), _texts(entry.get("phones")), _texts(entry.get("emails"))
    wrong = _wrong(name, phones, emails)
    if wrong:
        return Row(number, problem=Problem(number, wrong, "It must be a string or a list of strings."))
    return Row(number, _clean(name or "").strip(), phones or (), emails or ())


def _wrong(name: Any, phones: Any, emails: Any) -> str:
    if name is not None and not isinstance(name, str):
        return "fullName"
    if phones is None:
        return "phones"
    return "emails" if emails is None else ""


def _texts(value: Any) -> tuple[str, ...] | None:
    """Return the texts in a string, a number or a list of these; None for any other value."""
    values = value if isinstance(value, list) else [value if value is not None else ""]
    found: list[str] = []
    for one in values:
        if isinstance(one, bool) or not isinstance(one, str | int) or len(text := str(one)) > LONGEST_TEXT:
            return None
        found += [part for piece in WITHIN.split(text) if (part := _clean(piece).strip())]
    return tuple(found)


def _clean(text: str) -> str:
    """Replace lone surrogates, which UTF-8 cannot encode."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
