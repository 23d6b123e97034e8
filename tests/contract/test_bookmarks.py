"""Port Bookmarks."""

from dataclasses import replace
from functools import partial

import pytest

from switchboard.accounts.upstream.model import UpstreamState
from switchboard.accounts.upstream.streamed.model import Bookmark
from switchboard.accounts.upstream.streamed.ports import Bookmarks
from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.bookmarks import BookmarkRows
from switchboard.aws.upstreams import UpstreamRows
from switchboard.errors import Conflict
from tests.fakes.bookmarks import MemoryBookmarks
from tests.support.builders import NOON, an_upstream
from tests.support.stack import Stack
from tests.support.threads import at_once

ONE = Bookmark("acme", "s-office", "reader", NOON, NOON, "Ж 7", NOON, UpstreamState.CONNECTED, "An error.", NOON)


@pytest.fixture
def bookmarks(request: pytest.FixtureRequest, kind: str) -> Bookmarks:
    if kind == "memory":
        return MemoryBookmarks()
    stack: Stack = request.getfixturevalue("stack")
    return BookmarkRows(AccountsTable(stack.dynamodb, stack.table("AccountsTable")))


def test_a_bookmark_comes_back_as_it_was_kept(bookmarks: Bookmarks) -> None:
    """Every field, with the next version."""
    kept = bookmarks.save(ONE)
    assert bookmarks.get("s-office") == replace(ONE, version=1) == kept
    assert bookmarks.get("s-other") is None


def test_each_version_is_kept_on_the_one_before(bookmarks: Bookmarks) -> None:
    """A save with another version raises Conflict."""
    first = bookmarks.save(ONE)
    second = bookmarks.save(replace(first, last_id="8"))
    for late in (ONE, first):
        with pytest.raises(Conflict):
            bookmarks.save(late)
    assert (bookmarks.get("s-office"), second.version) == (second, 2)


@pytest.mark.parametrize("first", [True, False])
def test_of_several_that_take_a_stream_at_once_one_has_it(bookmarks: Bookmarks, *, first: bool) -> None:
    """With and without a reader before."""
    kept = ONE if first else bookmarks.save(ONE)
    ends = at_once([partial(bookmarks.save, replace(kept, reader=f"reader-{one}")) for one in range(4)])
    assert sorted(type(end).__name__ for end in ends) == ["Bookmark", *["Conflict"] * 3]


def test_a_removed_bookmark_is_not_brought_back(bookmarks: Bookmarks) -> None:
    """Not by its reader; a second removal is no error."""
    kept = bookmarks.save(ONE)
    bookmarks.remove("s-office")
    bookmarks.remove("s-office")
    with pytest.raises(Conflict):
        bookmarks.save(kept)
    assert bookmarks.get("s-office") is None


@pytest.mark.parametrize("source", ["", "x" * 5000])
def test_what_can_be_no_source_has_none(bookmarks: Bookmarks, source: str) -> None:
    """For an id of any length."""
    assert bookmarks.get(source) is None


def test_a_bookmark_does_not_stand_among_the_upstreams(stack: Stack) -> None:
    """They share a table and the source's id."""
    table = AccountsTable(stack.dynamodb, stack.table("AccountsTable"))
    UpstreamRows(table).add(an_upstream())
    BookmarkRows(table).save(ONE)
    assert UpstreamRows(table).all() == [an_upstream()]
