"""Read JSON of a newer version: words that this version does not know are read as `unknown`, or left out.

A release that was rolled back meets rows and messages of the release after it. Fields that are not known are ignored by
the decoder itself. A word of an enumeration that is not known would make the row or message unreadable for ever.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

UNKNOWN = "unknown"
MOST_WORDS = 50  # unknown words of one text
# msgspec's message: "Invalid enum value 'x' - at `$.kind`". A place of a list or of a mapping is `[...]`.
PLACE = re.compile(r"^Invalid enum value .* at `(\$[^`]*)`$", re.DOTALL)
STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def load_leniently(text: bytes | str, kind: Any, error: msgspec.ValidationError) -> Any:
    """Return the model of a text whose strict decoding raised `error`. Raises an error without an unknown word."""
    document, last = msgspec.json.decode(text), ""
    for _ in range(MOST_WORDS):
        found = PLACE.match(str(error))
        if found is None or not _mend(document, found[1], leave_out=found[1] == last):
            raise error
        last = found[1]
        try:
            return msgspec.convert(document, kind)
        except msgspec.ValidationError as next_error:
            error = next_error
    raise error


def _mend(document: Any, place: str, *, leave_out: bool) -> bool:
    """Replace the word at a place of a document, or leave it out. Returns False if the place cannot be found."""
    *steps, last = [name or index for name, index in STEP.findall(place)] or [""]
    for step in steps:
        document = _inner(document, step)
    if isinstance(document, dict) and last in document:
        if leave_out:
            del document[last]
        else:
            document[last] = UNKNOWN
        return True
    return False


def _inner(document: Any, step: str) -> Any:
    if isinstance(document, dict):
        return document.get(step)
    if isinstance(document, list) and step.isdigit() and int(step) < len(document):
        return document[int(step)]
    return None
