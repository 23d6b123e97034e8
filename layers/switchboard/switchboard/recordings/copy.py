"""Copy a file from the source to the store in one pass. Size, hash and format are checked on the way.

Only one part is in memory at a time. Sizes are bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from switchboard.recordings.formats import ENOUGH, content_type_of
from switchboard.recordings.model import LARGEST, StoredAudio
from switchboard.recordings.ports import (
    FileEnds,
    MeasureAudio,
    NeverAvailable,
    NotYetAvailable,
    PartsUpload,
    RecordingStore,
    SourceFile,
)

PART = 8 * 1024 * 1024
SPARE = 3  # seconds that a recording may be shorter than the talk
HEAD, TAIL = 2 * 1024 * 1024, 256 * 1024


@dataclass(frozen=True, slots=True)
class CopyToStore:
    """Copies a source's file to a key of the store. `part` and `largest` are bytes."""

    store: RecordingStore
    measure: MeasureAudio
    part: int = PART
    largest: int = LARGEST

    def __call__(
        self, origin: SourceFile, key: str, days: int, talk: int | None = None, best: StoredAudio | None = None
    ) -> StoredAudio:
        """Store the file for `days` days, and return its facts. Keep and return `best` if the file is no better.

        `talk` is the talk's duration in seconds. Raises NotYetAvailable if the file is no audio, has no sound or was
        cut off, NeverAvailable if the file is too large. The store then keeps what it had.
        """
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
            audio = self._facts(seen, content_type, talk)
            complete = audio.is_better_than(best)
            if complete:
                upload.complete()
        finally:
            if not complete:
                upload.abort()
        return audio if complete or best is None else best

    def _facts(self, seen: _Seen, content_type: str, talk: int | None) -> StoredAudio:
        found = self.measure(seen.sample(), content_type)
        if found.seconds == 0:
            raise NotYetAvailable("no_sound")
        incomplete = not found.is_complete or is_far_shorter(found.seconds, talk)
        seconds = talk if found.seconds is None else found.seconds
        return StoredAudio(content_type, seen.size, seen.digest, seconds, incomplete)

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


def is_far_shorter(seconds: int | None, talk: int | None) -> bool:
    """Whether audio lacks a good part of the talk: a quarter, and three seconds."""
    return bool(seconds and talk) and (seconds or 0) < (talk or 0) * 3 / 4 and (talk or 0) - (seconds or 0) >= SPARE


@dataclass(slots=True)
class _Seen:
    """Size, SHA-256, first and last bytes of the data copied so far."""

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
    """Return the first chunks, enough to recognise the format."""
    first = bytearray()
    for chunk in chunks:
        first += chunk
        if len(first) >= ENOUGH:
            break
    return bytes(first)
