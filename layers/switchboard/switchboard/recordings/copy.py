"""From the source into the store in one pass: measured, hashed and checked on the way, with a part of it in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from switchboard.recordings.formats import ENOUGH, content_type_of
from switchboard.recordings.model import LARGEST, StoredAudio
from switchboard.recordings.ports import (
    FileEnds,
    MeasureDuration,
    NeverAvailable,
    NotYetAvailable,
    PartsUpload,
    RecordingStore,
    SourceFile,
)

PART = 8 * 1024 * 1024
HEAD, TAIL = 2 * 1024 * 1024, 256 * 1024


@dataclass(frozen=True, slots=True)
class CopyToStore:
    """Copies what is read of an origin to a key of the store."""

    store: RecordingStore
    measure: MeasureDuration
    part: int = PART
    largest: int = LARGEST

    def __call__(self, origin: SourceFile, key: str, days: int) -> StoredAudio:
        """What was stored. NotYet where it is no audio yet, Never where it is too large: nothing is left then."""
        if origin.size is not None and origin.size > self.largest:
            raise NeverAvailable("too_large")
        chunks = iter(origin.chunks)
        first = _beginning(chunks)
        content_type = content_type_of(first)
        if content_type is None:
            raise NotYetAvailable("not_audio" if first else "empty")
        seen = _Seen()
        upload = self.store.begin(key, content_type, days)
        complete = False
        try:
            self._pour(first, chunks, seen, upload)
            if origin.size is not None and seen.size != origin.size:
                raise NotYetAvailable("cut_off")
            upload.complete()
            complete = True
        finally:
            if not complete:
                upload.abort()
        return StoredAudio(content_type, seen.size, seen.digest, self.measure(seen.sample(), content_type))

    def _pour(self, first: bytes, chunks: Iterator[bytes], seen: _Seen, upload: PartsUpload) -> None:
        buffer = bytearray()
        chunk: bytes | None = first
        while chunk is not None:
            seen.add(chunk)
            if seen.size > self.largest:
                raise NeverAvailable("too_large")
            buffer += chunk
            while len(buffer) >= self.part:
                upload.part(bytes(memoryview(buffer)[: self.part]))
                del buffer[: self.part]
            chunk = next(chunks, None)
        if buffer:
            upload.part(bytes(buffer))


@dataclass(slots=True)
class _Seen:
    """What went by: its size and digest, its beginning and its end."""

    size: int = 0
    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def add(self, chunk: bytes) -> None:
        self._hash.update(chunk)
        self.size += len(chunk)
        room = HEAD - len(self.head)
        self.head += chunk[:room]
        self.tail += chunk[max(0, room) :]
        del self.tail[:-TAIL]

    def sample(self) -> FileEnds:
        return FileEnds(bytes(self.head), bytes(self.tail), self.size)


def _beginning(chunks: Iterator[bytes]) -> bytes:
    """As much as tells what it is."""
    first = bytearray()
    for chunk in chunks:
        first += chunk
        if len(first) >= ENOUGH:
            break
    return bytes(first)
