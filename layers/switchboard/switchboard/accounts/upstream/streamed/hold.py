"""Hold the stream of a source from the connection that proved address and token to the connection of its reader.

A PBX whose stream has no ids repeats nothing. Without the hold, what happens before the first run would be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from switchboard.accounts.model import Source
from switchboard.accounts.upstream.model import UpstreamState
from switchboard.accounts.upstream.streamed.ports import Bookmarks, ReceiveEvent
from switchboard.accounts.upstream.streamed.server_sent import EventStream, ServerSentEvent
from switchboard.errors import Invalid, TooLarge
from switchboard.kernel.hops import carrying

PIECES = 2  # read to find the first id; a silent PBX yields one empty piece a second
LONGEST = timedelta(seconds=14)  # of a request that a gateway ends after 29 s; opening the stream may take 8 s
STEP = 1.0  # seconds between two tries to queue an event


@dataclass(frozen=True, slots=True)
class StreamBeginning:
    """What a connection brought at first. `position` is the id before the first event; empty without ids.

    `events` are the events that no reader has queued.
    """

    stream: EventStream
    position: str
    events: tuple[ServerSentEvent, ...]


def read_beginning(pieces: Iterator[bytes]) -> StreamBeginning:
    """Read up to the first id or the first event."""
    stream, events, position = EventStream(), list[ServerSentEvent](), ""
    for piece in islice(pieces, PIECES):
        for line in piece.splitlines(keepends=True):
            before = stream.last_id
            found = stream.feed(line)
            position = before if found and not events else position
            events += found
        if events or stream.last_id:
            break
    return StreamBeginning(stream, position if events else stream.last_id, tuple(events))


@dataclass(frozen=True, slots=True)
class HoldStream:
    """Queues the events of a connection until a reader has a connection of its own.

    Both may queue the same event: its id is made of its content, so the repeat is recognised. `start_reader` returns
    False if no reader was started; then the next scheduled run is the first. `report` gets a source and a short code.
    """

    bookmarks: Bookmarks
    receive: ReceiveEvent
    start_reader: Callable[[], bool]
    pause: Callable[[float], object]
    report: Callable[[str, str], None]
    clock: Callable[[], datetime]

    def __call__(self, source: Source, beginning: StreamBeginning, pieces: Iterator[bytes]) -> None:
        """Start a reader, and queue what comes before the reader reads."""
        ends = self.clock() + LONGEST
        is_started = self.start_reader()
        for event in beginning.events:
            self._queue(source, event, ends)
        if not is_started:
            return
        for piece in pieces:
            for event in beginning.stream.feed(piece):
                self._queue(source, event, ends)
            if self._is_read(source.id) or self.clock() >= ends:
                return

    def _is_read(self, source_id: str) -> bool:
        found = self.bookmarks.get(source_id)
        return found is not None and found.state is UpstreamState.CONNECTED and found.is_read(self.clock())

    def _queue(self, source: Source, event: ServerSentEvent, ends: datetime) -> None:
        while True:
            try:
                with carrying(event.hops):
                    self.receive(source, event.data)
            except (Invalid, TooLarge):
                self.report(source.id, "left_out")
            except Exception as error:
                self.report(source.id, f"not_stored: {type(error).__name__}")
                if self.clock() >= ends:
                    raise
                self.pause(STEP)
                continue
            return
