"""Connect a source whose PBX cannot reach us: nothing is set there, its stream is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from switchboard.accounts.model import Source
from switchboard.accounts.upstream.connect import at_same_address, require_upstream
from switchboard.accounts.upstream.model import Imported, Standing, Upstream, Way, Wish
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.accounts.upstream.streamed.model import Bookmark, standing
from switchboard.accounts.upstream.streamed.ports import Bookmarks, Listen
from switchboard.accounts.upstream.streamed.server_sent import EventStream
from switchboard.errors import Conflict
from switchboard.vault import Vault

PIECES = 2  # to see whether the PBX tells where its stream begins; of one that says nothing each is a second


@dataclass(frozen=True, slots=True)
class StreamedDesk:
    """Where such sources are connected."""

    upstreams: Upstreams
    bookmarks: Bookmarks
    vault: Vault
    listen: Listen
    clock: Callable[[], datetime]

    def connect(self, source: Source, wish: Wish) -> tuple[Upstream, Imported]:
        """Have the stream read by the next run, which begins within a minute.

        From here on, where the PBX tells where that is; done again, with the new token from where it was. What the PBX
        refuses changes nothing.
        """
        old = at_same_address(self.upstreams.get(source.id), wish)
        begun = self._begun(source, wish, old)
        beginning = self._beginning(begun, wish.token)
        if old is None:
            self.upstreams.add(begun)
        else:
            begun = self.upstreams.save(begun)
        self._begin_anew(begun, beginning, new=old is None)
        return begun, Imported()

    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream:  # noqa: ARG002 - a desk's
        """Keep how the reading goes: the run that reads it mends by itself what can be mended."""
        upstream = require_upstream(source_id, self.upstreams)
        now = self.clock()
        state = standing(self.bookmarks.get(source_id), upstream.connected_at, now)
        try:
            return self.upstreams.save(replace(upstream, state=state, checked_at=now))
        except Conflict:  # connected anew meanwhile
            return require_upstream(source_id, self.upstreams)

    def disconnect(self, source_id: str, *, force: bool = False) -> None:  # noqa: ARG002 - a desk's
        """Forget the token, and how far the stream was read; who reads it stops within seconds."""
        self.upstreams.remove(require_upstream(source_id, self.upstreams))
        self.bookmarks.remove(source_id)

    def _begun(self, source: Source, wish: Wish, old: Upstream | None) -> Upstream:
        now = self.clock()
        return Upstream(
            source.account,
            source.id,
            wish.base_url,
            webhook_url="",
            token=self.vault.seal(source.account, wish.token),
            login="",
            connected_at=old.connected_at if old else now,
            state=Standing.CONNECTING,
            checked_at=now,
            version=old.version if old else 0,
            by=Way.STREAM,
        )

    def _beginning(self, upstream: Upstream, token: str) -> str:
        """Prove address and token; the id that a PBX begins with before any event, empty where it does not."""
        stream = EventStream()
        with self.listen(upstream, token, "") as pieces:
            for piece in islice(pieces, PIECES):
                for line in piece.splitlines(keepends=True):
                    before = stream.last_id
                    if stream.feed(line):  # an event that nobody has queued: it is not to be gone on after
                        return before
                if stream.last_id:
                    break
        return stream.last_id

    def _begin_anew(self, upstream: Upstream, beginning: str, *, new: bool) -> None:
        """Take the stream from whoever reads it with the token before; the next run begins with this one.

        Of a source that is new here nothing that was kept before holds: its reader may have left it behind.
        """
        begun = Bookmark(upstream.account, upstream.source, last_id=beginning)
        kept = self.bookmarks.get(upstream.source) or begun
        if new:
            kept = replace(begun, version=kept.version)
        try:
            self.bookmarks.save(replace(kept, reader="", since=None, until=None, state=Standing.CONNECTING))
        except Conflict:  # who reads it has just written; it takes up the new token with its next connection
            return
