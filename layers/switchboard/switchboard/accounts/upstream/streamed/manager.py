"""Connect a source whose PBX cannot reach the hub: the hub reads the PBX's event stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

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
from switchboard.accounts.upstream.streamed.hold import HoldStream, read_beginning
from switchboard.accounts.upstream.streamed.model import Bookmark, stream_state
from switchboard.accounts.upstream.streamed.ports import Bookmarks, Listen
from switchboard.errors import Conflict
from switchboard.vault import UPSTREAM_TOKEN, Vault


@dataclass(frozen=True, slots=True)
class StreamManager:
    """Manager of upstreams whose stream is read. Nothing is configured at the PBX."""

    upstreams: Upstreams
    bookmarks: Bookmarks
    vault: Vault
    listen: Listen
    hold: HoldStream
    clock: Callable[[], datetime]

    def connect(self, source: Source, request: ConnectRequest) -> tuple[Upstream, ImportedExtensions]:
        """Prove address and token by a connection, and store the upstream.

        Reading begins at the current end of the stream if the PBX sends an id at once. Without an id the connection is
        held until a reader has its own, so that no event is lost. A repeat replaces the token and keeps the position.
        If the PBX refuses, nothing changes, and the refusal is raised.
        """
        old = at_same_address(self.upstreams.get(source.id), request)
        begun = self._new_upstream(source, request, old)
        with self.listen(source.dialect, begun, request.token, "") as pieces:
            beginning = read_beginning(pieces)
            stored = self._store(begun, beginning.position, new=old is None)
            if not self._position(source.id):
                self.hold(source, beginning, pieces)
        return stored, ImportedExtensions()

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
            token=self.vault.seal(source.account, request.token, UPSTREAM_TOKEN),
            login="",
            connected_at=old.connected_at if old else now,
            state=UpstreamState.CONNECTING,
            checked_at=now,
            version=old.version if old else 0,
            by=EventTransport.STREAM,
        )

    def _store(self, begun: Upstream, beginning: str, *, new: bool) -> Upstream:
        if new:
            self.upstreams.add(begun)
        stored = begun if new else self.upstreams.save(begun)
        self._begin_anew(stored, beginning, new=new)
        return stored

    def _position(self, source_id: str) -> str:
        found = self.bookmarks.get(source_id)
        return found.last_id if found else ""

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
