"""Read lists from JSON: subscribers as `fullName`, `phones` and `emails`, objects with other keys, or arrays."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from switchboard.campaigns.importing.headings import reading_of
from switchboard.campaigns.importing.model import Line, Sheet
from switchboard.errors import Invalid

BETWEEN = re.compile(r"[\s,]*")  # separators between two arrays
KEYS = ("fullName", "phones", "emails")  # sp5000-cato, section 3.2
NOT_A_LIST = "The body must be a JSON array of subscribers."
NO_OBJECT = "A subscriber must be a JSON object."
NO_TEXT = "It must be a string or a list of strings."
LONGEST_TEXT = 10_000  # of one field
MOST_KEYS, LONGEST_KEY = 200, 60
PARTS = " | "  # between the numbers of a list


def read_objects(text: str) -> Sheet:
    """Return a line for each object of an array, of several arrays, or for one object. Raises Invalid for no JSON."""
    entries = _entries(text)
    if entries and all(isinstance(entry, list) for entry in entries):
        lines = [Line(number, tuple(_cell(value) or "" for value in entry)) for number, entry in enumerate(entries, 1)]
        return Sheet(lines, {"format": "json"})
    keys = list(dict.fromkeys(key for entry in entries if isinstance(entry, dict) for key in entry))
    keys = keys or list(KEYS)
    if len(keys) > MOST_KEYS:
        raise Invalid(f"The objects have more than {MOST_KEYS} different keys.", "body")
    lines = [_line(number, entry, keys) for number, entry in enumerate(entries, 1)]
    return Sheet([Line(0, tuple(keys)), *lines], {"format": "json"}, is_headed=True)


def _entries(text: str) -> list[Any]:
    decoder, place, found = json.JSONDecoder(), _skip(text, 0), list[Any]()
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            raise Invalid(NOT_A_LIST, "body") from None
        if not isinstance(value, list | dict):
            raise Invalid(NOT_A_LIST, "body")
        found += value if isinstance(value, list) else [value]
        place = _skip(text, place)
    return found


def _skip(text: str, place: int) -> int:
    found = BETWEEN.match(text, place)
    return found.end() if found else place


def _line(number: int, entry: Any, keys: Sequence[str]) -> Line:
    if not isinstance(entry, dict):
        return Line(number, (), NO_OBJECT)
    cells = [_cell(entry.get(key)) for key in keys]
    wrong = [key for key, cell in zip(keys, cells, strict=True) if cell is None and reading_of(key)]
    if wrong:
        return Line(number, tuple(cell or "" for cell in cells), NO_TEXT, wrong[0][:LONGEST_KEY])
    return Line(number, tuple(cell or "" for cell in cells))


def _cell(value: Any) -> str | None:
    """Return the text of a value, a list's texts parted; None for any other value."""
    values = value if isinstance(value, list) else [value]
    texts = [_text(one) for one in values]
    if any(text is None or len(text) > LONGEST_TEXT for text in texts):
        return None
    return PARTS.join(text for text in texts if text)


def _text(value: Any) -> str | None:
    if value is None:
        return ""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()  # no lone surrogates
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
