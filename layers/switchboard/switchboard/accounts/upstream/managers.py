"""Choose the manager of upstreams by the dialect of the source and by the transport of its events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from switchboard.accounts.model import Source
from switchboard.accounts.ports import Sources
from switchboard.accounts.sources import require_source
from switchboard.accounts.upstream.connect import require_upstream
from switchboard.accounts.upstream.model import ConnectRequest, EventTransport, ImportedExtensions, Upstream
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.errors import Conflict, NotSupported


class UpstreamManager(Protocol):
    """Connects, checks and disconnects the sources of one dialect and one transport."""

    def connect(self, source: Source, request: ConnectRequest) -> tuple[Upstream, ImportedExtensions]: ...
    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream: ...
    def disconnect(self, source_id: str, *, force: bool = False) -> None: ...


@dataclass(frozen=True, slots=True)
class UpstreamManagers:
    """The managers by dialect and transport. A manager is built when a request needs it.

    `vet` is called with URL, account and field, and raises Invalid for an address that is not allowed.
    """

    sources: Sources
    upstreams: Upstreams
    managers: Mapping[tuple[str, EventTransport], Callable[[], UpstreamManager]]
    vet: Callable[[str, str, str], None]

    def connect(self, source: Source, request: ConnectRequest) -> tuple[Upstream, ImportedExtensions]:
        """Connect the source. Raises NotSupported without a manager, Conflict if the source uses another transport."""
        old = self.upstreams.get(source.id)
        if old is not None and old.by is not request.by:
            raise Conflict("The source is connected in another way: disconnect the source first.", "by")
        manager = self._of(source, request.by)
        self.vet(request.base_url, source.account, "base_url")
        return manager.connect(source, request)

    def check(self, source_id: str, *, repair: bool = True, webhook_url: str = "") -> Upstream:
        """Check the upstream of a source, and return it. Raises NotFound if the source is not connected."""
        return self._at(source_id).check(source_id, repair=repair, webhook_url=webhook_url)

    def disconnect(self, source_id: str, *, force: bool = False) -> None:
        """Disconnect the source. Raises NotFound if the source is not connected."""
        self._at(source_id).disconnect(source_id, force=force)

    def _at(self, source_id: str) -> UpstreamManager:
        source = require_source(source_id, self.sources)
        return self._of(source, require_upstream(source_id, self.upstreams).by)

    def _of(self, source: Source, by: EventTransport) -> UpstreamManager:
        if (source.dialect, by) in self.managers:
            return self.managers[source.dialect, by]()
        way = " in this way" if (source.dialect, EventTransport.HOOK) in self.managers else ""
        raise NotSupported(f"A source of this dialect cannot be connected{way}.", "by" if way else None)
