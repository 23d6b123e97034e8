"""The PBXs behind sources, in memory."""

from __future__ import annotations

from switchboard.accounts.upstream.model import Upstream
from tests.fakes.accounts import Rows


class MemoryUpstreams:
    """Port Upstreams."""

    def __init__(self) -> None:
        self._rows = Rows[Upstream]()

    def add(self, upstream: Upstream) -> None:
        self._rows.insert(upstream.source, upstream)

    def get(self, source_id: str) -> Upstream | None:
        return self._rows.find(source_id)

    def save(self, upstream: Upstream) -> None:
        self._rows.replace(upstream.source, upstream)

    def remove(self, source_id: str) -> None:
        self._rows.drop(source_id)

    def all(self) -> list[Upstream]:
        return sorted(self._rows.values(), key=lambda one: one.checked_at or one.connected_at)
