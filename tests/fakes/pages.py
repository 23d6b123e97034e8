"""Cursors of lists in memory."""

from __future__ import annotations

from typing import TypeVar

from switchboard.errors import Invalid

T = TypeVar("T")


def page(rows: list[T], limit: int, cursor: str | None) -> tuple[list[T], str | None]:
    """At most `limit` rows from the cursor on, which is the place in the list."""
    if cursor is not None and not cursor.isdecimal():
        raise Invalid("This is not a cursor of this list.", "cursor")
    start = int(cursor or 0)
    end = start + limit
    return rows[start:end], str(end) if end < len(rows) else None
