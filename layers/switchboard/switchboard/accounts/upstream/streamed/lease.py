"""The lease of one reader on a stream. The lease is stored in the bookmark, under its optimistic lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from switchboard.accounts.upstream.model import UpstreamState
from switchboard.accounts.upstream.streamed.model import LEASE, RENEW, Bookmark
from switchboard.accounts.upstream.streamed.ports import Bookmarks
from switchboard.errors import Conflict

ATTEMPTS = 5  # at a bookmark that another reader saves


class StreamLost(Exception):
    """Another reader has taken the stream over, or the source is no longer read."""


class StreamLease:
    """The lease of `reader`. `bookmark` is None until the reader holds the lease."""

    def __init__(self, bookmarks: Bookmarks, clock: Callable[[], datetime], reader: str) -> None:
        self.bookmarks, self.clock, self.reader = bookmarks, clock, reader
        self.bookmark: Bookmark | None = None
        self._queued_at: datetime | None = None

    @property
    def last_id(self) -> str:
        """The id of the last event in our queue; empty if there is none."""
        return self.bookmark.last_id if self.bookmark else ""

    def begin(self, stored: Bookmark) -> None:
        """Take the lease. Raises Conflict if the bookmark has changed since `stored` was read."""
        now = self.clock()
        taken = replace(stored, reader=self.reader, since=now, until=now + LEASE)
        self.bookmark = self.bookmarks.save(taken)

    def save_position(self, last_id: str) -> None:
        """Save the position if it has changed; otherwise renew the lease when due."""
        if last_id != self.last_id:
            self._save(last_id=last_id)
        else:
            self.renew()

    def renew(self) -> None:
        """Extend the lease if it was last extended RENEW ago or more."""
        bookmark = self.bookmark
        if bookmark and bookmark.until and self.clock() >= bookmark.until - LEASE + RENEW:
            self._save()

    def note_queued(self) -> None:
        """Remember the time of the last queued event; the next save stores the time."""
        self._queued_at = self.clock()

    def save_state(self, state: UpstreamState, error: str = "") -> None:
        """Save the state. An error stays in the bookmark until the next error."""
        told = {"error": error, "error_at": self.clock()} if error else {}
        if self.bookmark and (told or self.bookmark.state is not state):
            self._save(state=state, **told)

    def release(self) -> None:
        """Give the lease back."""
        if self.bookmark:
            self._save(until=self.clock())

    def _save(self, **changes: Any) -> None:
        if self.bookmark is None:
            return
        lives = {"until": self.clock() + LEASE, "last_event_at": self._queued_at or self.bookmark.last_event_at}
        try:
            self.bookmark = self.bookmarks.save(replace(self.bookmark, **{**lives, **changes}))
        except Conflict:
            raise StreamLost from None


def take(lease: StreamLease, stored: Bookmark, turn: timedelta) -> None:
    """Take the lease of a stream that is due. Raises StreamLost if another reader keeps the lease."""
    if lease.bookmark is not None:
        return
    for _ in range(ATTEMPTS):
        if not stored.is_due(lease.clock(), turn):
            raise StreamLost
        try:
            lease.begin(stored)
        except Conflict:  # another reader has saved the bookmark
            stored = lease.bookmarks.get(stored.source) or replace(stored, version=0)
        else:
            return
    raise StreamLost
