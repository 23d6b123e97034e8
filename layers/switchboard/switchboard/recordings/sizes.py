"""How much of a file is there, by the lengths that its own header declares. A cut-off file looks complete otherwise.

Shares are bytes of audio that are present, per byte that is declared: 1 for a complete file, or one that declares no
length. Offsets and layouts are those of the formats' specifications.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from switchboard.recordings.formats import TAG_HEADER, tags_end

NO_SIZE = 0xFFFFFFFF  # the size stands elsewhere, or the writer streamed
UNKNOWN = range(0x7FFF0000, 0x100000000)  # sizes that are placeholders of writers that stream
DATA_64 = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"  # a chunk's name in W64
W64_HEADER, OGG_HEADER = 24, 27
XING = (b"Xing", b"Info")
FIRST_FRAME = 512  # bytes from its beginning in which the header of Xing stands
LAST_PAGE = 4  # the flag of the last page of a stream (RFC 3533, section 6)

Sizes = Callable[[bytes, int], tuple[int, int]]
"""Returns declared and present bytes of audio for (first bytes, size of the file); (0, 0) if none are declared."""


def wav_sizes(head: bytes, size: int) -> tuple[int, int]:
    """Read RIFF, RIFX, RF64 and BW64."""
    place, long = 12, 0
    order: Literal["big", "little"] = "big" if head.startswith(b"RIFX") else "little"
    while place + 8 <= len(head):
        name, length = head[place : place + 4], int.from_bytes(head[place + 4 : place + 8], order)
        place += 8
        if name == b"ds64":
            long = int.from_bytes(head[place + 8 : place + 16], "little")
        if name == b"data":
            return (long if length == NO_SIZE else length), size - place
        place += length + length % 2
    return 0, 0


def w64_sizes(head: bytes, size: int) -> tuple[int, int]:
    """Read Sony's W64."""
    place = head.find(DATA_64)
    if place < 0:
        return 0, 0
    declared = int.from_bytes(head[place + 16 : place + 24], "little") - W64_HEADER
    return declared, size - place - W64_HEADER


def caf_sizes(head: bytes, size: int) -> tuple[int, int]:
    """Read Apple's CAF."""
    place = 8
    while place + 12 <= len(head):
        name, length = head[place : place + 4], int.from_bytes(head[place + 4 : place + 12], signed=True)
        place += 12
        if name == b"data" or length < 0:
            return max(0, length), size - place
        place += length
    return 0, 0


def mpeg_sizes(head: bytes, size: int) -> tuple[int, int]:
    """Read the header of Xing or Info in the first frame of MPEG audio."""
    begins = tags_end(lambda place: head[place : place + TAG_HEADER])
    frame = head[begins : begins + FIRST_FRAME]
    place = next((at for at in map(frame.find, XING) if at >= 0), -1)
    if place < 0 or not frame[place + 7] & 2:  # the flag of the field for bytes
        return 0, 0
    field = place + (12 if frame[place + 7] & 1 else 8)
    return int.from_bytes(frame[field : field + 4]), size - begins


def mp4_sizes(head: bytes, size: int) -> tuple[int, int]:
    """Follow the atoms of the first level as far as the first bytes go."""
    place = 0
    while place + 16 <= len(head):
        length = int.from_bytes(head[place : place + 4])
        length = int.from_bytes(head[place + 8 : place + 16]) if length == 1 else length
        if length < 8:  # noqa: PLR2004 - the last atom, up to the end of the file, or nonsense
            return 0, 0
        place += length
    return place, size


def aiff_sizes(head: bytes, size: int) -> tuple[int, int]:
    """Read the length of AIFF's form."""
    return int.from_bytes(head[4:8]) + 8, size


def au_sizes(head: bytes, size: int) -> tuple[int, int]:
    """Read the header of AU."""
    return int.from_bytes(head[8:12]), size - int.from_bytes(head[4:8])


SIZES: dict[str, Sizes] = {
    "audio/wav": wav_sizes,
    "audio/x-w64": w64_sizes,
    "audio/x-caf": caf_sizes,
    "audio/mpeg": mpeg_sizes,
    "audio/mp4": mp4_sizes,
    "audio/aiff": aiff_sizes,
    "audio/basic": au_sizes,
}


def share_of(kind: str, head: bytes, size: int) -> float:
    """Return the share of the declared audio that is present."""
    if kind not in SIZES:
        return 1.0
    declared, there = SIZES[kind](head, size)
    return max(0, there) / declared if there < declared and declared not in UNKNOWN else 1.0


def ends_whole(tail: bytes) -> bool:
    """Whether the last page of an Ogg file is complete (RFC 3533, section 6)."""
    last = tail.rfind(b"OggS")
    page = tail[last:] if last >= 0 else b""
    if len(page) < OGG_HEADER:
        return False
    segments = page[OGG_HEADER : OGG_HEADER + page[OGG_HEADER - 1]]
    return len(page) >= OGG_HEADER + page[OGG_HEADER - 1] + sum(segments)
