"""Recordings, their bytes and their workflows in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.errors import NotFound
from switchboard.recordings.model import Recording, RecordingState
from tests.fakes.pages import page


class MemoryRecordings:
    """Port Recordings."""

    def __init__(self) -> None:
        self.rows: dict[str, Recording] = {}
        self._numbers: dict[tuple[str, str], str] = {}

    def add(self, recording: Recording) -> bool:
        if recording.id in self.rows:
            return False
        self.rows[recording.id] = recording
        return True

    def get(self, recording_id: str) -> Recording | None:
        return self.rows.get(recording_id)

    def number(self, recording: Recording, number: int) -> None:
        self._numbers.setdefault((recording.account, str(number)), recording.call_id)

    def call_of(self, account: str, number: str) -> str | None:
        return self._numbers.get((account, number))

    def save(self, before: Recording, after: Recording) -> bool:
        if not self._is_as(before):
            return False
        self.rows[after.id] = after
        return True

    def overdue(self, since: datetime) -> list[Recording]:
        return [row for row in self.rows.values() if row.next_at is not None and row.next_at < since]

    def listed(
        self, account: str, state: RecordingState | None, limit: int, cursor: str | None
    ) -> tuple[list[Recording], str | None]:
        own = [row for row in self.rows.values() if row.account == account and state in (None, row.state)]
        return page(sorted(own, key=lambda row: row.created_at, reverse=True), limit, cursor)

    def _is_as(self, recording: Recording) -> bool:
        row = self.rows.get(recording.id)
        return row is not None and version(row) == version(recording)


def version(recording: Recording) -> tuple[RecordingState, int, int, int]:
    return recording.state, recording.part, recording.generation, recording.lease


class MemoryStore:
    """Port Store. `parts` are the sizes of all parts that came; with `keeps` off only sizes are remembered."""

    def __init__(self, *, keeps: bool = True) -> None:
        self.objects: dict[str, bytes] = {}
        self.kinds: dict[str, tuple[str, int]] = {}
        self.parts: list[int] = []
        self.open = 0
        self.keeps = keeps

    def begin(self, key: str, content_type: str, days: int) -> MemoryUpload:
        return MemoryUpload(self, key, (content_type, days))

    def read(self, key: str, first: int, last: int) -> Iterator[bytes]:
        if key not in self.objects:
            raise NotFound("The recording is no longer stored.")
        return iter([self.objects[key][first : last + 1]])

    def link(self, key: str, content_type: str, disposition: str) -> str:
        return f"https://store.example/{key}?type={content_type}&disposition={disposition}"

    def remove(self, key: str) -> None:
        self.objects.pop(key, None)


@dataclass(slots=True)
class MemoryUpload:
    """Port Upload."""

    store: MemoryStore
    key: str
    kind: tuple[str, int]
    data: list[bytes] = field(default_factory=list)

    def part(self, data: bytes) -> None:
        self.store.open += not self.data
        self.store.parts.append(len(data))
        self.data.append(data if self.store.keeps else b"x")

    def complete(self) -> None:
        self.store.objects[self.key] = b"".join(self.data)
        self.store.kinds[self.key] = self.kind
        self.store.open -= 1

    def abort(self) -> None:
        self.store.open -= bool(self.data)


class MemoryFetches:
    """Port Workflows of the recordings: `started` are recordings and waits."""

    def __init__(self) -> None:
        self.started: list[tuple[Recording, float]] = []

    def fetch(self, recording: Recording, wait: float) -> None:
        names = {(one.id, one.generation, one.part) for one, _ in self.started}
        if (recording.id, recording.generation, recording.part) not in names:
            self.started.append((recording, wait))
