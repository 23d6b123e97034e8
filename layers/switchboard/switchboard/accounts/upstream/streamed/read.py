"""Read one source's stream: connect, take the stream over from whoever has read it before, and queue what comes.

The connection is there before the reader before is told to go, so that nothing is said while nobody listens. An event
is in our queue before its id is kept: cut off in between, it comes again and is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.digests import new_id
from switchboard.accounts.model import Source
from switchboard.accounts.ports import Sources
from switchboard.accounts.upstream.connect import opened, standing_of
from switchboard.accounts.upstream.model import Standing, Upstream, Way
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.accounts.upstream.streamed.hold import Hold, Lost, take
from switchboard.accounts.upstream.streamed.model import TURN, Bookmark
from switchboard.accounts.upstream.streamed.ports import Bookmarks, Listen, Receive
from switchboard.accounts.upstream.streamed.server_sent import EventStream
from switchboard.errors import Invalid, ProviderRefused, Refusal, Refused, TooLarge
from switchboard.vault import Vault

STEP = 1.0  # seconds between two looks at the clock while there is nothing to do
TRIES = 10  # at putting an event into the queue, a step apart
SETTLED = timedelta(seconds=1)  # a connection that held for so long was a good one
LONGEST_WAIT = 60.0
# What does not pass by itself in a moment is not asked for again in a moment.
WAITS = {Refusal.FORBIDDEN: LONGEST_WAIT, Refusal.TOO_FAST: 5.0}
TOO_LARGE, NO_JSON = "An event was left out: it is too large.", "An event was left out: it is no JSON object."

Over = Callable[[], bool]
Report = Callable[[str, str], None]


class NotStored(Exception):
    """An event could not be put into the queue: its connection is given up, and the stream read from before it."""


@dataclass(frozen=True, slots=True)
class ReadStream:
    """Reads a stream until its time is over, or somebody else has it.

    `report` hears of a source's trouble, by a short name.
    """

    sources: Sources
    upstreams: Upstreams
    bookmarks: Bookmarks
    vault: Vault
    listen: Listen
    receive: Receive
    pause: Callable[[float], object]
    report: Report
    clock: Callable[[], datetime]

    def __call__(self, source_id: str, is_over: Over, turn: timedelta = TURN) -> None:
        """One connection after the other; a `turn` is how long who has the stream is left in peace."""
        hold = Hold(self.bookmarks, self.clock, new_id())
        failures = 0
        try:
            while not is_over():
                began = self.clock()
                wait = self._survived(source_id, lambda: self._once(source_id, hold, is_over, turn))
                failures = 0 if self.clock() - began >= SETTLED else failures + 1
                seconds = max(wait, _backoff(failures))
                self._survived(source_id, lambda: self._wait(seconds, hold, is_over))  # noqa: B023 - called at once
            hold.let_go()
        except Lost:
            return

    def _survived(self, source_id: str, do: Callable[[], float]) -> float:
        """Seconds to wait; a table that is out of order for a moment ends no reading."""
        try:
            return do()
        except Lost:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, it is told, and may have passed
            self.report(source_id, f"failed: {type(error).__name__}")
            return STEP

    def _once(self, source_id: str, hold: Hold, is_over: Over, turn: timedelta) -> float:
        upstream, source = self.upstreams.get(source_id), self.sources.get(source_id)
        if upstream is None or source is None or upstream.by is not Way.STREAM:
            raise Lost  # it is to be read no more
        return self._connected(upstream, source, hold, is_over, turn)

    def _connected(self, upstream: Upstream, source: Source, hold: Hold, is_over: Over, turn: timedelta) -> float:
        """One connection, to its end; how many seconds to wait before the next."""
        kept = hold.bookmark or self.bookmarks.get(upstream.source) or Bookmark(upstream.account, upstream.source)
        if hold.bookmark is None and not kept.is_due(self.clock(), turn):
            raise Lost  # before it costs the PBX one of its few connections
        try:
            token = opened(self.vault, upstream.account, upstream.token)
            with self.listen(upstream, token, kept.last_id) as pieces:
                take(hold, kept, turn)
                return self._heard(_Connection(source, hold, EventStream(hold.last_id)), pieces, is_over)
        except Refused as error:
            return self._refused(upstream, hold, kept, error, turn)
        except NotStored:
            hold.note(Standing.UNCHECKED, "Events could not be put into the queue.")
            return STEP

    def _heard(self, connection: _Connection, pieces: Iterator[bytes], is_over: Over) -> float:
        hold, stream = connection.hold, connection.stream
        hold.note(Standing.CONNECTED)
        for piece in pieces:
            before = stream.left_out
            for data in stream.feed(piece):
                self._told(connection, data)
            if stream.left_out > before:
                self._leave_out(connection, TOO_LARGE)
            hold.keep(stream.last_id)
            if is_over():
                break
        return min((stream.retry or 0) / 1000, LONGEST_WAIT)

    def _told(self, connection: _Connection, data: str) -> None:
        for _ in range(TRIES):
            try:
                self.receive(connection.source, data)
            except (Invalid, TooLarge) as error:
                self._leave_out(connection, TOO_LARGE if isinstance(error, TooLarge) else NO_JSON)
                return
            except Exception as error:  # noqa: BLE001 - whatever it was, the event is not stored, and may be in a moment
                self.report(connection.source.id, f"not_stored: {type(error).__name__}")
                self.pause(STEP)
                connection.hold.renew()
            else:
                connection.hold.heard()
                return
        raise NotStored

    def _leave_out(self, connection: _Connection, why: str) -> None:
        self.report(connection.source.id, "left_out")
        connection.hold.note(Standing.CONNECTED, why)

    def _refused(self, upstream: Upstream, hold: Hold, kept: Bookmark, error: Refused, turn: timedelta) -> float:
        """What a refusal means for the stream; one who reads it in spite of that is left to it."""
        refusal = error.refusal if isinstance(error, ProviderRefused) else None
        self.report(upstream.source, f"refused: {refusal or type(error).__name__}")
        if hold.bookmark is None and kept.is_read(self.clock()) and refusal is not Refusal.TOO_FAST:
            raise Lost
        take(hold, kept, turn)
        hold.note(standing_of(error), error.message)
        return WAITS.get(refusal, STEP) if refusal else STEP

    def _wait(self, seconds: float, hold: Hold, is_over: Over) -> float:
        until = self.clock() + timedelta(seconds=seconds)
        while self.clock() < until and not is_over():
            self.pause(min(STEP, (until - self.clock()).total_seconds()))
            hold.renew()
        return 0.0


@dataclass(frozen=True, slots=True)
class _Connection:
    source: Source
    hold: Hold
    stream: EventStream


def _backoff(failures: int) -> float:
    """Seconds before the next connection: none after a good one, more and more after others."""
    return min(LONGEST_WAIT, 0.25 * 2 ** min(failures, 10)) if failures else 0.0
