"""The bookmark of a source's event stream: the position and the current reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.upstream.model import UpstreamState

# A reader that has not renewed its lease for this long counts as dead. A live reader renews the lease every RENEW.
LEASE = timedelta(seconds=30)
RENEW = timedelta(seconds=8)
# After this time the next run takes the stream over. The run before ends about three minutes later.
TURN = timedelta(minutes=10)
# A run that has a due stream also takes over the streams of other readers, unless their reading began within this time.
JUST_NOW = timedelta(seconds=45)
# A source without a reader is unchecked after this time. Before, the source may wait for the next run.
OVERDUE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The position in a stream, the lease of its reader, and the state of the reading.

    `reader` holds the lease since `since` and until `until`. `last_id` is the id of the last event in our queue, or
    empty if the PBX sends no ids. `error` is the last error, in the hub's words. `version` is the optimistic lock: a
    reader whose save raises Conflict has lost the stream.
    """

    account: str
    source: str
    reader: str = ""
    since: datetime | None = None
    until: datetime | None = None
    last_id: str = ""
    last_event_at: datetime | None = None
    state: UpstreamState = UpstreamState.CONNECTING
    error: str = ""
    error_at: datetime | None = None
    version: int = 0

    def is_read(self, now: datetime) -> bool:
        """Whether a reader holds the lease."""
        return self.until is not None and now < self.until

    def is_due(self, now: datetime, turn: timedelta = TURN) -> bool:
        """Whether another reader may take the stream: the lease is free, or its holder has read for `turn`."""
        return not self.is_read(now) or self.since is None or self.since + turn <= now


def stream_state(bookmark: Bookmark | None, connected_at: datetime, now: datetime) -> UpstreamState:
    """Return the state of a stream. UNCHECKED means that the hub's runs failed to read the stream in time."""
    if bookmark is None or bookmark.until is None:
        return UpstreamState.CONNECTING if now < connected_at + OVERDUE else UpstreamState.UNCHECKED
    return bookmark.state if now < bookmark.until + OVERDUE else UpstreamState.UNCHECKED
