"""Streams of frames without a file header: MPEG audio, AAC and AC-3. A chain of frames tells them from chance.

A header gives the length of its frame, so the next header must stand where the frame ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from mmap import mmap

Data = bytes | mmap

CHAIN = 4  # frames in a row that are beyond chance
LONG_CHAIN = 10  # frames in a row behind other bytes
LEAST = 1000  # bytes of frames behind other bytes
FAR = 64 * 1024  # bytes before the first frame that are searched: the rest of a cut frame, or the headers of a stream
# kbit/s by version and layer, then by the index in the header (ISO/IEC 11172-3 and 13818-3).
V1_L1 = (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448)
V1_L2 = (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
V1_L3 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
V2_L1 = (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256)
V2_L23 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
RATES = (44100, 48000, 32000)
AC3_KBITS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)
AC3_RATES = (48000, 44100, 32000)
LAST_AC3 = 10  # bit stream ids above are E-AC-3
HEADER = 7  # bytes that every length is read from
SYNC = re.compile(rb"\xff[\xe0-\xff]")
SOUND = re.compile(rb"[^\x00]")


def mpeg_length(head: bytes) -> int:
    """Return the bytes of the frame of MPEG audio that begins here; 0 if none begins."""
    word = int.from_bytes(head[:4])
    version, layer, index, frequency = word >> 19 & 3, word >> 17 & 3, word >> 12 & 15, word >> 10 & 3
    if word >> 21 != 0x7FF or version == 1 or layer == 0 or index in (0, 15) or frequency == 3:  # noqa: PLR2004 - reserved
        return 0
    rate, padding = RATES[frequency] >> (0, 0, 1, 0)[version] >> (2 if version == 0 else 0), word >> 9 & 1
    first = version == 3  # noqa: PLR2004 - MPEG-1
    if layer == 3:  # noqa: PLR2004 - layer I
        return (12 * (V1_L1 if first else V2_L1)[index] * 1000 // rate + padding) * 4
    kbits = ((V1_L3 if layer == 1 else V1_L2) if first else V2_L23)[index]
    return (72 if layer == 1 and not first else 144) * kbits * 1000 // rate + padding


def adts_length(head: bytes) -> int:
    """Return the bytes of the AAC frame (ADTS) that begins here; 0 if none begins."""
    if len(head) < HEADER or int.from_bytes(head[:2]) & 0xFFF6 != 0xFFF0 or head[2] >> 2 & 15 > 12:  # noqa: PLR2004
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length > HEADER else 0


def loas_length(head: bytes) -> int:
    """Return the bytes of the AAC frame (LOAS) that begins here; 0 if none begins."""
    word = int.from_bytes(head[:3])
    return (word & 0x1FFF) + 3 if word >> 13 == 0x2B7 else 0  # noqa: PLR2004 - the sync word


def eac3_length(head: bytes) -> int:
    """Return the bytes of the frame of E-AC-3 that begins here; 0 if none begins."""
    if len(head) < HEADER or head[:2] != b"\x0b\x77" or head[5] >> 3 <= LAST_AC3:
        return 0
    return ((head[2] & 7) << 8 | head[3]) * 2 + 2


def ac3_length(head: bytes) -> int:
    """Return the bytes of the frame of AC-3 that begins here; 0 if none begins."""
    if len(head) < HEADER or head[:2] != b"\x0b\x77" or head[5] >> 3 > LAST_AC3:
        return 0
    code, size = head[4] >> 6, head[4] & 63
    if code == 3 or size >> 1 >= len(AC3_KBITS):  # noqa: PLR2004 - reserved
        return 0
    words = AC3_KBITS[size >> 1] * 96000 // AC3_RATES[code]
    return (words + (size & 1 if code == 1 else 0)) * 2


@dataclass(frozen=True, slots=True)
class Framing:
    """A kind of frames: media type, length of the frame at a header, and the bits that all headers share."""

    type: str
    length: Callable[[bytes], int]
    same: int


FRAMINGS = (
    Framing("audio/aac", adts_length, 0xFFFFFFC0),
    Framing("audio/mpeg", mpeg_length, 0xFFFE0C00),
    Framing("audio/MP4A-LATM", loas_length, 0xFFE00000),
    Framing("audio/ac3", ac3_length, 0xFFFF0000),
    Framing("audio/eac3", eac3_length, 0xFFFF0000),
)


def stream_at(data: Data, place: int, chain: int = CHAIN) -> str | None:
    """Return the media type of a chain of frames from `place` on. A file of fewer frames must be frames to its end."""
    return next((framing.type for framing in FRAMINGS if _is_chain(data, place, framing, chain)), None)


def _is_chain(data: Data, place: int, framing: Framing, chain: int) -> bool:
    first = int.from_bytes(data[place : place + 4]) & framing.same
    for frame in range(chain):
        head = data[place : place + HEADER]
        step = framing.length(head)
        if not step or int.from_bytes(head[:4]) & framing.same != first:
            return frame > 0 and place >= len(data)
        place += step
    return True


def first_stream(data: Data, place: int) -> tuple[int, str] | None:
    """Return offset and media type of the first chain of MPEG or AAC frames from `place` on; None if far or absent.

    Zeros do not count as far.
    """
    begins = SOUND.search(data, place)
    place = begins.start() if begins else len(data)
    for match in SYNC.finditer(data[place : place + FAR]):
        at = place + match.start()
        kind = stream_at(data, at, LONG_CHAIN)
        if kind is not None and len(data) - at > LEAST:
            return at, kind
    return None
