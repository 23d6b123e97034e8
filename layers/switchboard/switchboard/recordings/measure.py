"""The duration of audio, read from its first and last bytes with tinytag, and whether the file is complete."""

from __future__ import annotations

import io

from tinytag import TinyTag, TinyTagException

from switchboard.recordings.ports import FileEnds, MeasuredAudio
from switchboard.recordings.sizes import ends_whole, share_of

# For other types tinytag would need the name of the file.
READABLE = {"audio/mpeg", "audio/wav", "audio/ogg", "audio/opus", "audio/flac", "audio/mp4", "audio/aiff"}


NEARLY = 0.98  # share of the declared audio that counts as all of it
OGG = ("audio/ogg", "audio/opus")


def measured(sample: FileEnds, content_type: str) -> MeasuredAudio:
    """Return the duration of the audio that is present, and whether it is all that the file declares."""
    share = share_of(content_type, sample.head, sample.size)
    whole = duration_of(sample, content_type)
    there = None if whole is None else max(1, round(whole * share)) if share else 0
    cut = content_type in OGG and not ends_whole(sample.tail or sample.head)
    return MeasuredAudio(there, is_complete=share >= NEARLY and not cut)


def duration_of(sample: FileEnds, content_type: str) -> int | None:
    """Return the declared duration in whole seconds, at least 1; None if the bytes do not show the duration."""
    if content_type not in READABLE:
        return None
    try:
        found = TinyTag.get(file_obj=io.BufferedReader(_Gapped(sample)), tags=False).duration
    except (TinyTagException, ValueError, ArithmeticError, LookupError):
        return None
    return max(1, round(found)) if found else None


class _Gapped(io.RawIOBase):
    """A file whose middle is unknown. Reading the middle raises ValueError; a readable format never needs to."""

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
            # A parser that finds no frame would search hundreds of megabytes.
            raise ValueError("the middle of the file is unknown")
        return tail[self._place - self._tail_at :][:wanted]
