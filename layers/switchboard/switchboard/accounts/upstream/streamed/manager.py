"""Connect a source whose PBX cannot reach the hub: the hub reads the PBX's event stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from switchboard.accounts.model import Source
from switchboard.accounts.upstream.connect import at_same_address, require_upstream
from switchboard.accounts.upstream.model import (
    ConnectRequest,
    EventTransport,
    ImportedExtensions,
    Upstream,
    UpstreamState,
)
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.accounts.upstream.streamed.model import Bookmark, stream_state
from switchboard.accounts.upstream.streamed.ports import Bookmarks, Listen
from switchboard.accounts.upstream.streamed.server_sent import EventStream
from switchboard.errors import Conflict
from switchboard.vault import Vault

PIECES = 2  # read to find the first id; a silent PBX yields one empty piece a second


@dataclass(frozen=True, slots=True)
class StreamManager:
    """Manager of upstreams whose stream is read. Nothing is configured at the PBX."""

    upstreams: Upstreams
    bookmarks: Bookmarks
    vault: Vault
    listen: Listen
    clock: Callable[[], datetime]

    def connect(self, source: Source, request: ConnectRequest) -> tuple[Upstream, ImportedExtensions]:
        """Store the upstream. The next run, within a minute, begins to read the stream.

        Reading begins at the current end of the stream if the PBX sends an id at once. A repeat replaces the token and
        keeps the position. If the PBX refuses, nothing changes, and the refusal is raised.
        """
        old = at_same_address(self.upstreams.get(source.id), request)
        begun = self._new_upstream(source, request, old)
        beginning = self._beginning(source.dialect, begun, request.token)
        if old is None:
            self.upstreams.add(begun)
        else:
            begun = self.upstreams.save(begun)
        self._begin_anew(begun, beginning, new=old is None)
        return begun, ImportedExtensions()

    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream:  # noqa: ARG002 - the signature of every manager
        """Save the state of the reading, and return the upstream. The reader repairs the connection by itself."""
        upstream = require_upstream(source_id, self.upstreams)
        now = self.clock()
        state = stream_state(self.bookmarks.get(source_id), upstream.connected_at, now)
        try:
            return self.upstreams.save(replace(upstream, state=state, checked_at=now))
        except Conflict:  # connected again meanwhile
            return require_upstream(source_id, self.upstreams)

    def disconnect(self, source_id: str, *, force: bool = False) -> None:  # noqa: ARG002 - the signature of every manager
        """Delete the upstream, its token and the bookmark. The reader of the stream stops within seconds."""
        self.upstreams.remove(require_upstream(source_id, self.upstreams))
        self.bookmarks.remove(source_id)

    def _new_upstream(self, source: Source, request: ConnectRequest, old: Upstream | None) -> Upstream:
        now = self.clock()
        return Upstream(
            source.account,
            source.id,
            request.base_url,
            webhook_url="",
            token=self.vault.seal(source.account, request.token),
            login="",
            connected_at=old.connected_at if old else now,
            state=UpstreamState.CONNECTING,
            checked_at=now,
            version=old.version if old else 0,
            by=EventTransport.STREAM,
        )

    def _beginning(self, dialect: str, upstream: Upstream, token: str) -> str:
        """Prove address and token by a connection, and return the id of the stream's current end.

        The result is empty if the PBX sends no id before its first event.
        """
        stream = EventStream()
        with self.listen(dialect, upstream, token, "") as pieces:
            for piece in islice(pieces, PIECES):
                for line in piece.splitlines(keepends=True):
                    before = stream.last_id
                    if stream.feed(line):  # an event that is not queued must be read again
                        return before
                if stream.last_id:
                    break
        return stream.last_id

    def _begin_anew(self, upstream: Upstream, beginning: str, *, new: bool) -> None:
        """Free the lease, so that the next run reads with the new token.

        For a newly connected source the position is reset too: an old bookmark may be left over.
        """
        begun = Bookmark(upstream.account, upstream.source, last_id=beginning)
        stored = self.bookmarks.get(upstream.source) or begun
        if new:
            stored = replace(begun, version=stored.version)
        try:
            self.bookmarks.save(replace(stored, reader="", since=None, until=None, state=UpstreamState.CONNECTING))
        except Conflict:  # a reader is at work, and uses the new token for its next connection
            return
