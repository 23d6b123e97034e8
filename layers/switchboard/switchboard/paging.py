"""Page through several lists as through one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from switchboard.errors import Invalid

T = TypeVar("T")
ReadPage = Callable[[str, int, str | None], tuple[list[T], str | None]]
"""Read a page of the named list: (name, limit, cursor) → entries and the next cursor, None after the last page."""


def across(names: Sequence[str], limit: int, cursor: str | None, read: ReadPage[T]) -> tuple[list[T], str | None]:
    """Return at most `limit` entries from the lists in turn, and the next cursor; None after the last page.

    A cursor is `list:place`. Raises Invalid for a cursor that is not of these lists.
    """
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


def page_of(
    entries: Iterable[T], limit: int, cursor: str | None, key: Callable[[T], str], *, descending: bool = False
) -> tuple[list[T], str | None]:
    """Return a page of a list that is read whole, in the order of its keys, and the next cursor; None after the last.

    The cursor is the key of the page's last entry, so entries may come and go between two pages.
    """
    ordered = sorted(entries, key=key, reverse=descending)
    rest = [one for one in ordered if cursor is None or (key(one) < cursor if descending else key(one) > cursor)]
    page = rest[:limit]
    return page, key(page[-1]) if len(rest) > limit else None


def number_key(number: int) -> str:
    """Return the key of a numeric id: keys sort as the numbers do."""
    return f"{number:018d}"


def _split(cursor: str | None, names: Sequence[str]) -> tuple[int, str | None]:
    if cursor is None:
        return 0, None
    name, colon, place = cursor.partition(":")
    if not colon or name not in names:
        raise Invalid("This is not a cursor of this list.", "cursor")
    return names.index(name), place or None
