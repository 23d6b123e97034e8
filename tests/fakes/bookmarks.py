"""Bookmarks in memory."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

from switchboard.accounts.upstream.streamed.model import Bookmark
from switchboard.errors import Conflict


class MemoryBookmarks:
    """Port Bookmarks."""

    def __init__(self) -> None:
        self._rows: dict[str, Bookmark] = {}
        self._lock = Lock()

    def get(self, source_id: str) -> Bookmark | None:
        return self._rows.get(source_id)

    def save(self, bookmark: Bookmark) -> Bookmark:
        following = replace(bookmark, version=bookmark.version + 1)
        with self._lock:
            kept = self._rows.get(bookmark.source)
            if (kept.version if kept else 0) != bookmark.version:
                raise Conflict("Another request changed this resource: read it again, and repeat the change.", "id")
            self._rows[bookmark.source] = following
        return following

    def remove(self, source_id: str) -> None:
        with self._lock:
            self._rows.pop(source_id, None)
