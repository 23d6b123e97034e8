"""Places of fields in a JSON text, as Kontur.CRM's validation errors name them: line and last column of the value."""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
OPEN, CLOSED = "{[", "}]"


def places(text: str) -> dict[str, tuple[int, int]]:
    """Return the end of each value in the outermost object, by field: line and column, both from 1.

    A value that is an object or an array ends at its opening bracket, as in the vendor's parser.
    """
    found: dict[str, tuple[int, int]] = {}
    for field, end in _values(text):
        line_begins = text.rfind("\n", 0, end) + 1
        found.setdefault(field, (text.count("\n", 0, end) + 1, end - line_begins))
    return found


def _values(text: str) -> Iterator[tuple[str, int]]:
    depth, last, field = 0, "", ""
    for match in TOKEN.finditer(text):
        part = match.group()
        if depth == 1 and part == ":":
            field = last[1:-1]
        elif depth == 1 and field and part not in CLOSED:
            yield field, match.end()
            field = ""
        depth += (part in OPEN) - (part in CLOSED)
        last = part
