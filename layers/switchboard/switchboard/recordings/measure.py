"""The duration of audio, told from its first and last bytes by tinytag."""

from __future__ import annotations

import io

from tinytag import TinyTag, TinyTagException

from switchboard.recordings.ports import FileEnds

# tinytag goes by the name of a file where it does not know the bytes.
READABLE = {"audio/mpeg", "audio/wav", "audio/ogg", "audio/opus", "audio/flac", "audio/mp4", "audio/aiff"}


def duration_of(sample: FileEnds, content_type: str) -> int | None:
    """Whole seconds, at least 1; None where the bytes do not tell."""
    if content_type not in READABLE:
        return None
    try:
        found = TinyTag.get(file_obj=io.BufferedReader(_Gapped(sample)), tags=False).duration
    except (TinyTagException, ValueError, ArithmeticError, LookupError):
        return None
    return max(1, round(found)) if found else None


class _Gapped(io.RawIOBase):
    """A file of which the middle is not known; nobody who can tell a duration goes and reads there."""

    def __init__(self, sample: FileEnds) -> None:
        self._sample = sample
        self._place = 0
        self._tail_at = sample.size - len(sample.tail)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._sample.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._piece(min(len(buffer), max(0, self._sample.size - self._place)))
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def _piece(self, wanted: int) -> bytes:
        head, tail = self._sample.head, self._sample.tail
        if self._place < len(head):
            return head[self._place : self._place + wanted]
        if self._place < self._tail_at:
            # One that looks for a frame in what is none would go on looking for hundreds of megabytes.
            raise ValueError("not known")
        return tail[self._place - self._tail_at :][:wanted]
