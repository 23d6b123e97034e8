from __future__ import annotations

import pytest

from switchboard.errors import Invalid
from switchboard.paging import across, number_key, page_of

LISTS = {"a": [1, 2, 3], "b": [], "c": [4], "d": [5, 6]}


def read(name: str, limit: int, cursor: str | None) -> tuple[list[int], str | None]:
    """A list that knows whether more entries follow."""
    start = int(cursor or 0)
    end = start + limit
    return LISTS[name][start:end], str(end) if end < len(LISTS[name]) else None


def read_sparsely(name: str, limit: int, cursor: str | None) -> tuple[list[int], str | None]:
    """A list that examines one entry at a time and returns the odd ones, as a filtered query does."""
    start = int(cursor or 0)
    odd = [entry for entry in LISTS[name][start : start + 1] if entry % 2]
    return odd[:limit], str(start + 1) if start + 1 < len(LISTS[name]) else None


@pytest.mark.parametrize("limit", range(1, 9))
def test_page_by_page_every_entry_comes_once(limit: int) -> None:
    """In the order of the lists, for every page size."""
    found: list[int] = []
    cursor: str | None = None
    for _ in range(10):
        entries, cursor = across(list(LISTS), limit, cursor, read)
        assert len(entries) <= limit
        found += entries
        if cursor is None:
            break
    assert (found, cursor) == ([1, 2, 3, 4, 5, 6], None)


def test_a_page_may_be_short_and_not_the_last() -> None:
    """A list that has examined its limit returns a cursor to continue."""
    found: list[int] = []
    cursor: str | None = None
    for _ in range(20):
        entries, cursor = across(list(LISTS), 2, cursor, read_sparsely)
        found += entries
        if cursor is None:
            break
    assert (found, cursor) == ([1, 3, 5], None)


def test_no_lists_are_an_empty_page() -> None:
    """As in a hub without accounts."""
    assert across([], 10, None, read) == ([], None)


@pytest.mark.parametrize("cursor", ["", "a", "z:1", ":", ":1"])
def test_a_cursor_of_another_list_is_refused(cursor: str) -> None:
    """The error names the field."""
    with pytest.raises(Invalid) as caught:
        across(["a", "b"], 10, cursor, read)
    assert caught.value.field == "cursor"


@pytest.mark.parametrize("descending", [False, True])
def test_a_whole_list_in_pages_misses_nothing_that_stays(*, descending: bool) -> None:
    """Entries come and go between two pages: each that stays comes once, in order."""
    entries, found, cursor = list(range(20)), list[int](), None
    for _ in range(10):
        page, cursor = page_of(entries, 3, cursor, number_key, descending=descending)
        found += page
        if cursor is None:
            break
        entries.remove(page[-1])
        entries.append(100 + len(found))
    stayed = [one for one in range(20) if one in found]
    assert stayed == list(range(20))
    assert found == sorted(set(found), reverse=descending)


def test_a_cursor_after_the_last_entry_is_the_end() -> None:
    """An empty page, and no further one."""
    assert page_of([1, 2], 2, None, number_key) == ([1, 2], None)
    assert page_of([1, 2], 2, number_key(9), number_key) == ([], None)
