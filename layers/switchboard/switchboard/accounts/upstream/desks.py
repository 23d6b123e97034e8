"""Sources are connected at the desk for their dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from switchboard.accounts.model import Source
from switchboard.accounts.ports import Sources
from switchboard.accounts.sources import require_source
from switchboard.accounts.upstream.model import Imported, Upstream, Wish
from switchboard.errors import NotSupported


class Desk(Protocol):
    """Where sources of one dialect are connected."""

    def connect(self, source: Source, wish: Wish) -> tuple[Upstream, Imported]: ...
    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream: ...
    def disconnect(self, source_id: str, *, force: bool = False) -> None: ...


@dataclass(frozen=True, slots=True)
class UpstreamDesks:
    """The desk of each dialect whose PBXs can be connected, built when it is needed."""

    sources: Sources
    desks: Mapping[str, Callable[[], Desk]]

    def connect(self, source: Source, wish: Wish) -> tuple[Upstream, Imported]:
        """See the desks; NotSupported for a dialect that has none."""
        return self._of(source).connect(source, wish)

    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream:
        """See the desks."""
        return self._at(source_id).check(source_id, repair=repair, webhook_url=webhook_url)

    def disconnect(self, source_id: str, *, force: bool = False) -> None:
        """See the desks."""
        self._at(source_id).disconnect(source_id, force=force)

    def _at(self, source_id: str) -> Desk:
        return self._of(require_source(source_id, self.sources))

    def _of(self, source: Source) -> Desk:
        if source.dialect not in self.desks:
            raise NotSupported("A source of this dialect cannot be connected.")
        return self.desks[source.dialect]()
