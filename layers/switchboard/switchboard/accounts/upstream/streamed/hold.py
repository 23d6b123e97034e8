"""One reader's hold on a stream: whoever keeps the bookmark has it, and is told when somebody else has taken it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from switchboard.accounts.upstream.model import Standing
from switchboard.accounts.upstream.streamed.model import LEASE, RENEW, Bookmark
from switchboard.accounts.upstream.streamed.ports import Bookmarks
from switchboard.errors import Conflict

ATTEMPTS = 5  # at a bookmark that the reader before keeps writing


class Lost(Exception):
    """Somebody else reads the stream, or it is to be read no more."""


class Hold:
    """What `reader` knows of a stream; `bookmark` is None until it has it."""

    def __init__(self, bookmarks: Bookmarks, clock: Callable[[], datetime], reader: str) -> None:
        self.bookmarks, self.clock, self.reader = bookmarks, clock, reader
        self.bookmark: Bookmark | None = None
        self._heard_at: datetime | None = None

    @property
    def last_id(self) -> str:
        """The id of the last event that is in our queue."""
        return self.bookmark.last_id if self.bookmark else ""

    def begin(self, kept: Bookmark) -> None:
        """Take the stream, as of this bookmark; Conflict where it is another by now."""
        now = self.clock()
        taken = replace(kept, reader=self.reader, since=now, until=now + LEASE)
        self.bookmark = self.bookmarks.save(taken)

    def keep(self, last_id: str) -> None:
        """Keep how far it is read; where that is as before, say now and then that the reader lives."""
        if last_id != self.last_id:
            self._save(last_id=last_id)
        else:
            self.renew()

    def renew(self) -> None:
        """Say that the reader lives, where it is time to."""
        bookmark = self.bookmark
        if bookmark and bookmark.until and self.clock() >= bookmark.until - LEASE + RENEW:
            self._save()

    def heard(self) -> None:
        """An event is in the queue; kept with what is kept next."""
        self._heard_at = self.clock()

    def note(self, state: Standing, error: str = "") -> None:
        """Keep how things stand; an error stays until the next."""
        told = {"error": error, "error_at": self.clock()} if error else {}
        if self.bookmark and (told or self.bookmark.state is not state):
            self._save(state=state, **told)

    def let_go(self) -> None:
        """Leave the stream to whoever comes next."""
        if self.bookmark:
            self._save(until=self.clock())

    def _save(self, **changes: Any) -> None:
        if self.bookmark is None:
            return
        lives = {"until": self.clock() + LEASE, "last_event_at": self._heard_at or self.bookmark.last_event_at}
        try:
            self.bookmark = self.bookmarks.save(replace(self.bookmark, **{**lives, **changes}))
        except Conflict:
            raise Lost from None


def take(hold: Hold, kept: Bookmark, turn: timedelta) -> None:
    """Have the stream, from whoever has it as long as that is due; Lost where it is not."""
    if hold.bookmark is not None:
        return
    for _ in range(ATTEMPTS):
        if not kept.is_due(hold.clock(), turn):
            raise Lost
        try:
            hold.begin(kept)
        except Conflict:  # the one before has heard something, or another one was quicker
            kept = hold.bookmarks.get(kept.source) or replace(kept, version=0)
        else:
            return
    raise Lost
