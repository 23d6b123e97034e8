"""The declared length of a file, and whether the file is cut off. FFmpeg accepts cut-off files silently."""

from __future__ import annotations

from pathlib import Path

from av.container import InputContainer

HEAD, TAIL = 128 * 1024, 128 * 1024
MICROSECONDS = 1_000_000
XING = (b"Xing", b"Info", b"VBRI")
UNKNOWN = 0x7FFF0000  # larger sizes are placeholders of writers that stream
WITHOUT = frozenset({"audio/aac", "audio/amr", "audio/amr-wb", "audio/L16"})  # formats without a declared length
OGG_HEADER = 27


def declared_seconds(container: InputContainer, kind: str, path: Path) -> float | None:
    """Return the declared length in seconds; None if the file declares none and FFmpeg would guess."""
    if kind in WITHOUT or container.duration is None:
        return None
    seconds = container.duration / MICROSECONDS
    if kind == "audio/mpeg":
        return seconds if any(sign in _head(path) for sign in XING) else None
    return seconds * wav_share(_head(path), path.stat().st_size) if kind == "audio/wav" else seconds


def is_cut(kind: str, path: Path, *, ends_badly: bool) -> bool:
    """Whether the file is cut off within a packet. `ends_badly`: the last packet could not be decoded."""
    if kind in WITHOUT:
        return ends_badly
    return kind in ("audio/ogg", "audio/opus") and not ends_whole(_tail(path))


def wav_share(head: bytes, size: int) -> float:
    """Return declared bytes of audio per byte present in a WAV file; 1 for a complete file or no declared size."""
    place = 12
    while place + 8 <= len(head):
        name, length = head[place : place + 4], int.from_bytes(head[place + 4 : place + 8], "little")
        place += 8
        if name == b"data":
            there = size - place
            return length / there if 0 < there < length < UNKNOWN else 1.0
        place += length + length % 2
    return 1.0


def ends_whole(tail: bytes) -> bool:
    """Whether the last page of an Ogg file is complete (RFC 3533, section 6)."""
    last = tail.rfind(b"OggS")
    page = tail[last:] if last >= 0 else b""
    if len(page) < OGG_HEADER:
        return False
    segments = page[OGG_HEADER : OGG_HEADER + page[OGG_HEADER - 1]]
    return len(page) >= OGG_HEADER + page[OGG_HEADER - 1] + sum(segments)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return file.read()
