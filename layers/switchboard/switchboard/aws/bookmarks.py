"""Bookmarks of sources' streams, in AccountsTable: pk SOURCE#<id>, sk BOOKMARK."""

from __future__ import annotations

from dataclasses import replace

from switchboard.accounts.upstream.streamed.model import Bookmark
from switchboard.aws.accounts_table import AccountsTable


class BookmarkRows:
    """Port Bookmarks."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def get(self, source_id: str) -> Bookmark | None:
        """Return the bookmark of a source."""
        return self._table.read(_pk(source_id), "BOOKMARK", Bookmark)

    def save(self, bookmark: Bookmark) -> Bookmark:
        """Write the next version of a bookmark by compare-and-set, and return it."""
        self._table.write_version(_pk(bookmark.source), "BOOKMARK", _next(bookmark), None, bookmark.version)
        return _next(bookmark)

    def remove(self, source_id: str) -> None:
        """Remove the bookmark of a source."""
        self._table.remove(_pk(source_id), "BOOKMARK")


def _next(bookmark: Bookmark) -> Bookmark:
    return replace(bookmark, version=bookmark.version + 1)


def _pk(source_id: str) -> str:
    return f"SOURCE#{source_id}"
