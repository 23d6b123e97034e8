"""Runs of readers: each takes over the streams that are due, and reads them until the next one does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.upstream.model import Upstream, Way
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.accounts.upstream.streamed.model import JUST_NOW, TURN, Bookmark
from switchboard.accounts.upstream.streamed.ports import Bookmarks

AT_ONCE = 50  # streams in a run; what is left over is due for the next


Read = Callable[[str, Callable[[], bool], timedelta], object]
"""Reads the stream of a source until its time is over; leaves it to who has not had it for so long."""


@dataclass(frozen=True, slots=True)
class ReadStreams:
    """The use case behind the schedule of every minute. One stream's trouble, whatever it is, is no other's."""

    upstreams: Upstreams
    bookmarks: Bookmarks
    read: Read
    failed: Callable[[Upstream, Exception], None]
    clock: Callable[[], datetime]

    def __call__(self, is_over: Callable[[], bool]) -> int:
        """How many streams were read."""
        chosen = self._chosen()
        if chosen:
            with ThreadPoolExecutor(len(chosen), "stream") as threads:
                for upstream in chosen:
                    threads.submit(self._one, upstream, is_over)
        return len(chosen)

    def _chosen(self) -> list[Upstream]:
        """Those that are due first; none where none is, so that most runs end at once."""
        now = self.clock()
        streamed = [one for one in self.upstreams.all() if one.by is Way.STREAM]
        known = [(one, self.bookmarks.get(one.source)) for one in streamed]
        due = _due(known, now, TURN)
        others = [one for one in _due(known, now, JUST_NOW) if one not in due]
        return [*due, *others][:AT_ONCE] if due else []

    def _one(self, upstream: Upstream, is_over: Callable[[], bool]) -> None:
        try:
            self.read(upstream.source, is_over, JUST_NOW)
        except Exception as error:  # noqa: BLE001 - the other streams are read on
            self.failed(upstream, error)


def _due(known: Sequence[tuple[Upstream, Bookmark | None]], now: datetime, turn: timedelta) -> list[Upstream]:
    return [one for one, bookmark in known if bookmark is None or bookmark.is_due(now, turn)]
