"""Read the stream of one source: connect, take the lease, and queue every event.

The reader connects before taking the lease, so that no event falls between two readers. An event is queued before
its id is saved. If the function dies in between, the event is queued again, and the repeat is recognised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.digests import new_id
from switchboard.accounts.model import Source
from switchboard.accounts.ports import Sources
from switchboard.accounts.upstream.connect import open_secret, state_after
from switchboard.accounts.upstream.model import EventTransport, Upstream, UpstreamState
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.accounts.upstream.streamed.lease import StreamLease, StreamLost, take
from switchboard.accounts.upstream.streamed.model import TURN, Bookmark
from switchboard.accounts.upstream.streamed.ports import Bookmarks, Listen, ReceiveEvent
from switchboard.accounts.upstream.streamed.server_sent import EventStream
from switchboard.errors import Invalid, ProviderRefused, Refusal, Refused, TooLarge
from switchboard.kernel.hops import LoopRefused, carrying
from switchboard.vault import UPSTREAM_TOKEN, Vault

STEP = 1.0  # seconds between two checks of the clock while the reader waits
TRIES = 10  # at queueing an event, STEP apart
SETTLED = timedelta(seconds=1)  # a connection that lasted this long resets the backoff
LONGEST_WAIT = 60.0
# Seconds to wait after a refusal that does not pass within STEP.
WAITS = {Refusal.FORBIDDEN: LONGEST_WAIT, Refusal.TOO_FAST: 5.0}
TOO_LARGE = "An event was dropped: the event is too large."
NO_JSON = "An event was dropped: the event is not a JSON object."
CIRCLE = "An event was dropped: the event goes in a circle of hubs."

IsOver = Callable[[], bool]
Report = Callable[[str, str], None]


class NotStored(Exception):
    """An event could not be queued. The connection is closed, and the next connection begins before the event."""


@dataclass(frozen=True, slots=True)
class ReadPbxStream:
    """Reads the stream of a source until the time is over or another reader takes the stream.

    `report` is called with a source and a short code of the error.
    """

    sources: Sources
    upstreams: Upstreams
    bookmarks: Bookmarks
    vault: Vault
    listen: Listen
    receive: ReceiveEvent
    pause: Callable[[float], object]
    report: Report
    clock: Callable[[], datetime]
    is_served: Callable[[str], bool] = lambda _: True

    def __call__(self, source_id: str, is_over: IsOver, turn: timedelta = TURN) -> None:
        """Read in one connection after the other. `turn` is the time for which another reader keeps its lease."""
        lease = StreamLease(self.bookmarks, self.clock, new_id())
        failures = 0
        try:
            while not is_over():
                began = self.clock()
                wait = self._guarded(source_id, lambda: self._read_once(source_id, lease, is_over, turn))
                failures = 0 if self.clock() - began >= SETTLED else failures + 1
                seconds = max(wait, _backoff(failures))
                self._guarded(source_id, lambda: self._wait(seconds, lease, is_over))  # noqa: B023 - called at once
            lease.release()
        except StreamLost:
            return

    def _guarded(self, source_id: str, do: Callable[[], float]) -> float:
        """Call `do`, and return the seconds to wait. An error is reported, and does not end the reading."""
        try:
            return do()
        except StreamLost:
            raise
        except Exception as error:  # noqa: BLE001 - the error is reported, and the next try may succeed
            self.report(source_id, f"failed: {type(error).__name__}")
            return STEP

    def _read_once(self, source_id: str, lease: StreamLease, is_over: IsOver, turn: timedelta) -> float:
        upstream, source = self.upstreams.get(source_id), self.sources.get(source_id)
        if upstream is None or source is None or upstream.by is not EventTransport.STREAM:
            raise StreamLost  # the source is no longer read
        if not self.is_served(source.account):
            raise StreamLost
        return self._connect(upstream, source, lease, is_over, turn)

    def _connect(
        self, upstream: Upstream, source: Source, lease: StreamLease, is_over: IsOver, turn: timedelta
    ) -> float:
        """Read one connection to its end. Return the seconds to wait before the next connection."""
        stored = lease.bookmark or self.bookmarks.get(upstream.source) or Bookmark(upstream.account, upstream.source)
        if lease.bookmark is None and not stored.is_due(self.clock(), turn):
            raise StreamLost  # a PBX allows few connections
        try:
            token = open_secret(self.vault, upstream.account, upstream.token, UPSTREAM_TOKEN)
            with self.listen(source.dialect, upstream, token, stored.last_id) as pieces:
                take(lease, stored, turn)
                return self._read(_Connection(source, lease, EventStream(lease.last_id)), pieces, is_over)
        except Refused as error:
            return self._refused(upstream, lease, stored, error, turn)
        except NotStored:
            lease.save_state(UpstreamState.UNCHECKED, "Events could not be queued.")
            return STEP

    def _read(self, connection: _Connection, pieces: Iterator[bytes], is_over: IsOver) -> float:
        lease, stream = connection.lease, connection.stream
        lease.save_state(UpstreamState.CONNECTED)
        for piece in pieces:
            before = stream.left_out
            for event in stream.feed(piece):
                with carrying(event.hops):
                    self._queue(connection, event.data)
            if stream.left_out > before:
                self._leave_out(connection, TOO_LARGE)
            lease.save_position(stream.last_id)
            if is_over() or not self.is_served(connection.source.account):
                break
        return min((stream.retry or 0) / 1000, LONGEST_WAIT)

    def _queue(self, connection: _Connection, data: str) -> None:
        for _ in range(TRIES):
            try:
                self.receive(connection.source, data)
            except (Invalid, TooLarge) as error:
                self._leave_out(connection, _why_left_out(error))
                return
            except Exception as error:  # noqa: BLE001 - the event is not stored; the next try may succeed
                self.report(connection.source.id, f"not_stored: {type(error).__name__}")
                self.pause(STEP)
                connection.lease.renew()
            else:
                connection.lease.note_queued()
                return
        raise NotStored

    def _leave_out(self, connection: _Connection, why: str) -> None:
        self.report(connection.source.id, "left_out")
        connection.lease.save_state(UpstreamState.CONNECTED, why)

    def _refused(
        self, upstream: Upstream, lease: StreamLease, stored: Bookmark, error: Refused, turn: timedelta
    ) -> float:
        """Save the refusal in the bookmark, and return the seconds to wait.

        Raises StreamLost if another reader reads the stream in spite of the refusal.
        """
        refusal = error.refusal if isinstance(error, ProviderRefused) else None
        self.report(upstream.source, f"refused: {refusal or type(error).__name__}")
        if lease.bookmark is None and stored.is_read(self.clock()) and refusal is not Refusal.TOO_FAST:
            raise StreamLost
        take(lease, stored, turn)
        lease.save_state(state_after(error), error.message)
        return WAITS.get(refusal, STEP) if refusal else STEP

    def _wait(self, seconds: float, lease: StreamLease, is_over: IsOver) -> float:
        until = self.clock() + timedelta(seconds=seconds)
        while self.clock() < until and not is_over():
            self.pause(min(STEP, (until - self.clock()).total_seconds()))
            lease.renew()
        return 0.0


@dataclass(frozen=True, slots=True)
class _Connection:
    source: Source
    lease: StreamLease
    stream: EventStream


def _why_left_out(error: Invalid | TooLarge) -> str:
    if isinstance(error, LoopRefused):
        return CIRCLE
    return TOO_LARGE if isinstance(error, TooLarge) else NO_JSON


def _backoff(failures: int) -> float:
    """Return the seconds before the next connection: 0 after a good one, growing exponentially with failures."""
    return min(LONGEST_WAIT, 0.25 * 2 ** min(failures, 10)) if failures else 0.0
