"""Detect the media type of a file from its bytes (ruling cato 7); detect headerless samples by correlation."""

from __future__ import annotations

import sys
from array import array
from codecs import getincrementaldecoder
from itertools import pairwise

from switchboard.errors import UnsupportedMedia
from switchboard.kernel.campaign_audio import Pcm
from switchboard.recordings.formats import content_type_of

PCM = "audio/L16"  # RFC 2586; used for headerless samples of any encoding
ENOUGH = 16 * 1024  # bytes from the beginning that are enough for detection
FRAMES = frozenset({"audio/mpeg", "audio/aac"})  # the sync word has a dozen bits, and samples may start the same way
ID3 = b"ID3"
RELATED = 0.5  # least correlation of neighbouring samples of sound; other data has almost none
# Letters of code page 1251 and KOI8-R, and the printable characters of ASCII.
PRINTABLE = frozenset(range(0x20, 0x7F)) | frozenset(range(0xC0, 0x100)) | {0x09, 0x0A, 0x0D, 0xA3, 0xA8, 0xB3, 0xB8}
UTF8 = getincrementaldecoder("utf-8-sig")
BREAKS = {0x09: " ", 0x0A: " ", 0x0D: " "}
FOREIGN = (
    b"PK\x03\x04", b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x7fELF", b"MZ", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf",
    b"Rar!", b"\xfd7zXZ", b"RIFF", b"BM", b"II*\x00", b"MM\x00*", b"FLV\x01", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3",
)  # fmt: skip
ACCEPTED_FORMATS = (
    "This is no audio that is taken: mp3, wav, ogg, opus, flac, m4a, aac, amr, aiff, au, wma and webm are, "
    "and headerless samples with ?encoding=s16le&rate=8000&channels=1."
)


def kind_of(head: bytes, name: str, pcm: Pcm) -> str:
    """Return the media type of a file with this beginning. Raises UnsupportedMedia for anything but audio."""
    kind = content_type_of(head)
    said = pcm.told or name.lower().endswith((".pcm", ".raw", ".sln"))
    if kind in FRAMES and not head.startswith(ID3) and said and is_sound(head):
        return PCM
    if kind is not None:
        return kind
    is_foreign = head.startswith(FOREIGN) or is_text(head) or (is_old_text(head) and not pcm.told)
    if is_foreign or not (said or is_sound(head)):
        raise UnsupportedMedia(ACCEPTED_FORMATS)
    return PCM


def is_text(head: bytes) -> bool:
    """Whether the bytes are printable text in UTF-8."""
    try:
        text = UTF8().decode(head)  # incremental: the last character may be incomplete
    except UnicodeDecodeError:
        return False
    return bool(text) and text.translate(BREAKS).isprintable()


def is_old_text(head: bytes) -> bool:
    """Whether the bytes can be text in an old Cyrillic code page. Samples of 8 bits may look the same."""
    return bool(head) and all(byte in PRINTABLE for byte in head)


def is_sound(head: bytes) -> bool:
    """Whether the bytes are 16-bit little-endian samples: neighbours correlate, or all samples are equal."""
    samples = array("h", head[: len(head) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    mean = sum(samples) / max(len(samples), 1)
    power = sum((sample - mean) ** 2 for sample in samples)
    alike = sum((one - mean) * (other - mean) for one, other in pairwise(samples))
    return bool(samples) and (power == 0 or alike / power > RELATED)
