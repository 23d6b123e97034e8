"""A page out of several lists, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from switchboard.errors import Invalid

T = TypeVar("T")
ReadPage = Callable[[str, int, str | None], tuple[list[T], str | None]]
"""Reads a list by its name from a cursor on, at most so many, and gives the cursor of the rest."""


def across(names: Sequence[str], limit: int, cursor: str | None, read: ReadPage[T]) -> tuple[list[T], str | None]:
    """At most `limit` entries out of the lists in turn, and a cursor that names list and place."""
    start, place = _split(cursor, names)
    found: list[T] = []
    for index in range(start, len(names)):
        entries, place = read(names[index], limit - len(found), place)
        found += entries
        if place is not None:
            return found, f"{names[index]}:{place}"
        if len(found) >= limit and index + 1 < len(names):
            return found, f"{names[index + 1]}:"
    return found, None


def _split(cursor: str | None, names: Sequence[str]) -> tuple[int, str | None]:
    if cursor is None:
        return 0, None
    name, colon, place = cursor.partition(":")
    if not colon or name not in names:
        raise Invalid("This is not a cursor of this list.", "cursor")
    return names.index(name), place or None
