"""Upstreams in memory."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

from switchboard.accounts.upstream.model import Upstream
from switchboard.errors import Conflict
from tests.fakes.accounts import Rows


class MemoryUpstreams:
    """Port Upstreams."""

    def __init__(self) -> None:
        self._rows = Rows[Upstream]()
        self._lock = Lock()

    def add(self, upstream: Upstream) -> None:
        self._rows.insert(upstream.source, upstream)

    def get(self, source_id: str) -> Upstream | None:
        return self._rows.find(source_id)

    def save(self, upstream: Upstream) -> Upstream:
        following = replace(upstream, version=upstream.version + 1)
        with self._lock:
            self._require(upstream)
            self._rows.replace(upstream.source, following)
        return following

    def remove(self, upstream: Upstream) -> None:
        with self._lock:
            self._require(upstream)
            self._rows.drop(upstream.source)

    def _require(self, upstream: Upstream) -> None:
        kept = self._rows.find(upstream.source)
        if kept is not None and kept.version != upstream.version:
            raise Conflict("Another request changed this resource: read it again, and repeat the change.", "id")

    def all(self) -> list[Upstream]:
        return sorted(self._rows.values(), key=lambda one: one.checked_at or one.connected_at)
