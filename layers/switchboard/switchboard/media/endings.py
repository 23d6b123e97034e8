"""The declared length of a file, and whether the file is cut off. FFmpeg accepts cut-off files silently."""

from __future__ import annotations

from pathlib import Path

from av.container import InputContainer

from switchboard.recordings.sizes import ends_whole, share_of

HEAD, TAIL = 128 * 1024, 128 * 1024
MICROSECONDS = 1_000_000
XING = (b"Xing", b"Info", b"VBRI")
FRAMED = frozenset(
    {"audio/aac", "audio/amr", "audio/amr-wb", "audio/L16", "audio/MP4A-LATM", "audio/ac3", "audio/eac3"}
)
# Formats whose declared length can be relied on; the others are frames, or containers whose writers round generously.
DECLARING = frozenset(
    {"audio/mpeg", "audio/wav", "audio/ogg", "audio/opus", "audio/flac", "audio/mp4", "audio/aiff", "audio/webm"}
    | {"audio/basic", "audio/x-ms-wma", "audio/x-caf", "audio/x-w64", "audio/x-nist", "audio/x-wavpack", "audio/x-tta"}
)
BY_SIZE = frozenset({"audio/wav", "audio/x-w64", "audio/x-caf"})  # FFmpeg takes the size of the file for theirs


def declared_seconds(container: InputContainer, kind: str, path: Path) -> float | None:
    """Return the declared length in seconds; None if the file declares none and FFmpeg would guess."""
    if kind not in DECLARING or container.duration is None:
        return None
    seconds = container.duration / MICROSECONDS
    if kind == "audio/mpeg":
        return seconds if any(sign in _head(path) for sign in XING) else None
    there = share_of(kind, _head(path), path.stat().st_size) if kind in BY_SIZE else 1.0
    return seconds / there if there else seconds


def is_cut(kind: str, path: Path, *, ends_badly: bool) -> bool:
    """Whether the file is cut off within a packet. `ends_badly`: the last packet could not be decoded."""
    if kind in FRAMED:
        return ends_badly
    return kind in ("audio/ogg", "audio/opus") and not ends_whole(_tail(path))


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return file.read()
