"""Sources are connected at the desk for their dialect, and for the way in which events come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from switchboard.accounts.model import Source
from switchboard.accounts.ports import Sources
from switchboard.accounts.sources import require_source
from switchboard.accounts.upstream.connect import require_upstream
from switchboard.accounts.upstream.model import Imported, Upstream, Way, Wish
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.errors import Conflict, NotSupported


class Desk(Protocol):
    """Where sources of one dialect are connected, in one way."""

    def connect(self, source: Source, wish: Wish) -> tuple[Upstream, Imported]: ...
    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream: ...
    def disconnect(self, source_id: str, *, force: bool = False) -> None: ...


@dataclass(frozen=True, slots=True)
class UpstreamDesks:
    """The desk of each dialect and way in which its PBXs can be connected, built when it is needed."""

    sources: Sources
    upstreams: Upstreams
    desks: Mapping[tuple[str, Way], Callable[[], Desk]]

    def connect(self, source: Source, wish: Wish) -> tuple[Upstream, Imported]:
        """See the desks; NotSupported where there is none, Conflict where it is connected in another way already."""
        old = self.upstreams.get(source.id)
        if old is not None and old.by is not wish.by:
            raise Conflict("The source is connected in another way; disconnect it first.", "by")
        return self._of(source, wish.by).connect(source, wish)

    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream:
        """See the desks."""
        return self._at(source_id).check(source_id, repair=repair, webhook_url=webhook_url)

    def disconnect(self, source_id: str, *, force: bool = False) -> None:
        """See the desks."""
        self._at(source_id).disconnect(source_id, force=force)

    def _at(self, source_id: str) -> Desk:
        source = require_source(source_id, self.sources)
        return self._of(source, require_upstream(source_id, self.upstreams).by)

    def _of(self, source: Source, by: Way) -> Desk:
        if (source.dialect, by) in self.desks:
            return self.desks[source.dialect, by]()
        way = " in this way" if (source.dialect, Way.HOOK) in self.desks else ""
        raise NotSupported(f"A source of this dialect cannot be connected{way}.", "by" if way else None)
