"""Byte ranges (RFC 9110, section 14). A request for several ranges is answered with the whole file."""

from __future__ import annotations

import re
from dataclasses import dataclass

ONE = re.compile(r"\s*bytes\s*=\s*(\d{0,19})\s*-\s*(\d{0,19})\s*", re.ASCII | re.IGNORECASE)


class Unsatisfiable(Exception):
    """The range begins after the last byte (HTTP 416)."""


@dataclass(frozen=True, slots=True)
class Range:
    """Positions of the first and the last byte, both included."""

    first: int
    last: int


def read_range(header: str, size: int) -> Range | None:
    """Return the requested range; None if absent, malformed or several. Raises Unsatisfiable."""
    found = ONE.fullmatch(header)
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        return _last_of(int(found[2]), size)
    first, last = int(found[1]), int(found[2]) if found[2] else size - 1
    if last < first and found[2]:
        return None
    if first >= size:
        raise Unsatisfiable
    return Range(first, min(last, size - 1))


def _last_of(count: int, size: int) -> Range:
    if count == 0:
        raise Unsatisfiable
    return Range(max(0, size - count), size - 1)
