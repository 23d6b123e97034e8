"""Erasures in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from switchboard.erasures.model import Erasure
from switchboard.errors import Conflict


class MemoryErasures:
    """Port Erasures."""

    def __init__(self) -> None:
        self._rows: dict[str, Erasure] = {}
        self._marks: dict[str, set[str]] = {}

    def get(self, erasure_id: str) -> Erasure | None:
        return self._rows.get(erasure_id)

    def all(self) -> list[Erasure]:
        return sorted(self._rows.values(), key=lambda one: one.asked_at, reverse=True)

    def save(self, erasure: Erasure) -> Erasure:
        stored = self._rows.get(erasure.id)
        if (stored.version if stored else 0) != erasure.version:
            raise Conflict("Another request changed this erasure.", "id")
        self._rows[erasure.id] = replace(erasure, version=erasure.version + 1)
        return self._rows[erasure.id]

    def remember(self, erasure_id: str, marks: Iterable[str]) -> None:
        self._marks.setdefault(erasure_id, set()).update(marks)

    def marks(self, erasure_id: str) -> frozenset[str]:
        return frozenset(self._marks.get(erasure_id, ()))

    def forget(self, erasure_id: str) -> None:
        self._marks.pop(erasure_id, None)
