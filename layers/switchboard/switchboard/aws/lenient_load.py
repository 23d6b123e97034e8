"""Read JSON of a newer version: words that this version does not know are read as `unknown`, or left out.

A release that was rolled back meets rows and messages of the release after it. Fields that are not known are ignored by
the decoder itself. A word of an enumeration that is not known would make the row or message unreadable for ever.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

UNKNOWN = "unknown"
ANY = "..."
MOST_WORDS = 50  # unknown words of one text
# msgspec's message: "Invalid enum value 'x' - at `$.kind`". A place of a list or of a mapping is `[...]`.
PLACE = re.compile(r"^Invalid enum value '(?P<word>.*)' - at `(?P<place>\$[^`]*)`$", re.DOTALL)
STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def load_leniently(text: bytes | str, kind: Any, error: msgspec.ValidationError) -> Any:
    """Return the model of a text whose strict decoding raised `error`. Raises an error without an unknown word."""
    document = msgspec.json.decode(text)
    for _ in range(MOST_WORDS):
        found = PLACE.match(str(error))
        if found is None or not _mend(document, found["word"], found["place"], leave_out=found["word"] == UNKNOWN):
            raise error
        try:
            return msgspec.convert(document, kind)
        except msgspec.ValidationError as next_error:
            error = next_error
    raise error


def _mend(document: Any, word: str, place: str, *, leave_out: bool) -> bool:
    """Replace the word at a place of a document, or leave it out. Returns whether the word was there."""
    *steps, last = [name or index for name, index in STEP.findall(place)] or [""]
    holders = [document]
    for step in steps:
        holders = [inner for holder in holders for inner in _inner(holder, step)]
    wanted = UNKNOWN if leave_out else word
    found = [one for one in holders if isinstance(one, dict) and one.get(last) == wanted]
    for holder in found:
        if leave_out:
            del holder[last]
        else:
            holder[last] = UNKNOWN
    return bool(found)


def _inner(holder: Any, step: str) -> list[Any]:
    if isinstance(holder, dict):
        return list(holder.values()) if step == ANY else [holder.get(step)]
    if isinstance(holder, list):
        return holder if step == ANY else holder[int(step) :][:1]
    return []
