"""The declared length of a file, and whether the file is cut off. FFmpeg accepts cut-off files silently."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from av.container import InputContainer

HEAD, TAIL = 128 * 1024, 128 * 1024
MICROSECONDS = 1_000_000
XING = (b"Xing", b"Info", b"VBRI")
NO_SIZE = 0xFFFFFFFF  # the size stands elsewhere, or the writer streamed
UNKNOWN = range(0x7FFF0000, 0x100000000)  # sizes that are placeholders of writers that stream
W64_HEADER = 24
FRAMED = frozenset(
    {"audio/aac", "audio/amr", "audio/amr-wb", "audio/L16", "audio/MP4A-LATM", "audio/ac3", "audio/eac3"}
)
# Formats whose declared length can be relied on; the others are frames, or containers whose writers round generously.
DECLARING = frozenset(
    {"audio/mpeg", "audio/wav", "audio/ogg", "audio/opus", "audio/flac", "audio/mp4", "audio/aiff", "audio/webm"}
    | {"audio/basic", "audio/x-ms-wma", "audio/x-caf", "audio/x-w64", "audio/x-nist", "audio/x-wavpack", "audio/x-tta"}
)
DATA_64 = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"  # a chunk's name in W64
OGG_HEADER = 27


def declared_seconds(container: InputContainer, kind: str, path: Path) -> float | None:
    """Return the declared length in seconds; None if the file declares none and FFmpeg would guess."""
    if kind not in DECLARING or container.duration is None:
        return None
    seconds = container.duration / MICROSECONDS
    if kind == "audio/mpeg":
        return seconds if any(sign in _head(path) for sign in XING) else None
    share = {"audio/wav": wav_share, "audio/x-w64": w64_share, "audio/x-caf": caf_share}.get(kind)
    return seconds * share(_head(path), path.stat().st_size) if share else seconds


def is_cut(kind: str, path: Path, *, ends_badly: bool) -> bool:
    """Whether the file is cut off within a packet. `ends_badly`: the last packet could not be decoded."""
    if kind in FRAMED:
        return ends_badly
    return kind in ("audio/ogg", "audio/opus") and not ends_whole(_tail(path))


def wav_share(head: bytes, size: int) -> float:
    """Return declared bytes of audio per byte present in a WAV file; 1 for a complete file or no declared size."""
    place, long = 12, 0
    order: Literal["big", "little"] = "big" if head.startswith(b"RIFX") else "little"
    while place + 8 <= len(head):
        name, length = head[place : place + 4], int.from_bytes(head[place + 4 : place + 8], order)
        place += 8
        if name == b"ds64":
            long = int.from_bytes(head[place + 8 : place + 16], "little")
        if name == b"data":
            return _share(long if length == NO_SIZE else length, size - place)
        place += length + length % 2
    return 1.0


def w64_share(head: bytes, size: int) -> float:
    """Return declared bytes of audio per byte present in a W64 file; 1 for a complete file."""
    place = head.find(DATA_64)
    if place < 0:
        return 1.0
    length = int.from_bytes(head[place + 16 : place + 24], "little") - W64_HEADER
    return _share(length, size - place - W64_HEADER)


def caf_share(head: bytes, size: int) -> float:
    """Return declared bytes of audio per byte present in a CAF file; 1 for a complete file or no declared size."""
    place = 8
    while place + 12 <= len(head):
        name, length = head[place : place + 4], int.from_bytes(head[place + 4 : place + 12], signed=True)
        place += 12
        if name == b"data" or length < 0:
            return _share(length, size - place)
        place += length
    return 1.0


def _share(declared: int, there: int) -> float:
    return declared / there if 0 < there < declared and declared not in UNKNOWN else 1.0


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
