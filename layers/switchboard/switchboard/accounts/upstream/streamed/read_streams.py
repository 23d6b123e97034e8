"""A scheduled run that takes over the due streams, and reads them until the next run takes over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.upstream.model import EventTransport, Upstream
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.accounts.upstream.streamed.model import JUST_NOW, TURN, Bookmark
from switchboard.accounts.upstream.streamed.ports import Bookmarks

AT_ONCE = 50  # streams in a run; the others are left to the next run


ReadOneStream = Callable[[str, Callable[[], bool], timedelta], object]
"""Read the stream of a source until the function returns True.

A stream whose reader began less than the duration ago is not taken over.
"""


@dataclass(frozen=True, slots=True)
class ReadPbxStreams:
    """The run of every minute. An error in one stream does not stop the reading of the others."""

    upstreams: Upstreams
    bookmarks: Bookmarks
    read: ReadOneStream
    failed: Callable[[Upstream, Exception], None]
    clock: Callable[[], datetime]

    def __call__(self, is_over: Callable[[], bool]) -> int:
        """Return the number of streams that were read."""
        chosen = self._chosen()
        if chosen:
            with ThreadPoolExecutor(len(chosen), "stream") as threads:
                for upstream in chosen:
                    threads.submit(self._one, upstream, is_over)
        return len(chosen)

    def _chosen(self) -> list[Upstream]:
        """Choose the streams to read: the due streams first, then those of other readers.

        Without a due stream the run has nothing to do.
        """
        now = self.clock()
        streamed = [one for one in self.upstreams.all() if one.by is EventTransport.STREAM]
        known = [(one, self.bookmarks.get(one.source)) for one in streamed]
        due = _due(known, now, TURN)
        others = [one for one in _due(known, now, JUST_NOW) if one not in due]
        return [*due, *others][:AT_ONCE] if due else []

    def _one(self, upstream: Upstream, is_over: Callable[[], bool]) -> None:
        try:
            self.read(upstream.source, is_over, JUST_NOW)
        except Exception as error:  # noqa: BLE001 - the reading of the other streams goes on
            self.failed(upstream, error)


def _due(known: Sequence[tuple[Upstream, Bookmark | None]], now: datetime, turn: timedelta) -> list[Upstream]:
    return [one for one, bookmark in known if bookmark is None or bookmark.is_due(now, turn)]
