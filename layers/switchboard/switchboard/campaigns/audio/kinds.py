"""What a file is, told from its bytes (ruling cato 7). Headerless samples are told by how they run."""

from __future__ import annotations

import sys
from array import array
from codecs import getincrementaldecoder
from itertools import pairwise

from switchboard.errors import UnsupportedMedia
from switchboard.kernel.campaign_audio import Pcm
from switchboard.recordings.formats import content_type_of

PCM = "audio/L16"  # RFC 2586; whatever its encoding, samples and nothing else
ENOUGH = 16 * 1024  # bytes from the beginning that are enough to tell
FRAMES = frozenset({"audio/mpeg", "audio/aac"})  # their sign is a dozen bits, which samples may have as well
ID3 = b"ID3"
RELATED = 0.5  # neighbouring samples of sound are more alike than this; those of anything else are hardly alike
# Letters of code page 1251 and KOI8-R, and what is printed in ASCII.
PRINTABLE = frozenset(range(0x20, 0x7F)) | frozenset(range(0xC0, 0x100)) | {0x09, 0x0A, 0x0D, 0xA3, 0xA8, 0xB3, 0xB8}
UTF8 = getincrementaldecoder("utf-8-sig")
BREAKS = {0x09: " ", 0x0A: " ", 0x0D: " "}
FOREIGN = (
    b"PK\x03\x04", b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x7fELF", b"MZ", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf",
    b"Rar!", b"\xfd7zXZ", b"RIFF", b"BM", b"II*\x00", b"MM\x00*", b"FLV\x01", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3",
)  # fmt: skip
HOW = (
    "This is no audio that is taken: mp3, wav, ogg, opus, flac, m4a, aac, amr, aiff, au, wma and webm are, "
    "and headerless samples with ?encoding=s16le&rate=8000&channels=1."
)


def kind_of(head: bytes, name: str, pcm: Pcm) -> str:
    """The media type of a file that begins so; UnsupportedMedia where it is no audio."""
    kind = content_type_of(head)
    said = pcm.told or name.lower().endswith((".pcm", ".raw", ".sln"))
    if kind in FRAMES and not head.startswith(ID3) and said and is_sound(head):
        return PCM
    if kind is not None:
        return kind
    is_foreign = head.startswith(FOREIGN) or is_text(head) or (is_old_text(head) and not pcm.told)
    if is_foreign or not (said or is_sound(head)):
        raise UnsupportedMedia(HOW)
    return PCM


def is_text(head: bytes) -> bool:
    """Whether these are words for people or programs, in UTF-8."""
    try:
        text = UTF8().decode(head)  # whose end may be within a letter
    except UnicodeDecodeError:
        return False
    return bool(text) and text.translate(BREAKS).isprintable()


def is_old_text(head: bytes) -> bool:
    """Whether these are words in one of the old Cyrillic code pages. Samples of 8 bits may well be alike."""
    return bool(head) and all(byte in PRINTABLE for byte in head)


def is_sound(head: bytes) -> bool:
    """Whether these are samples of 16 bits, little-endian: neighbours are alike, silence altogether."""
    samples = array("h", head[: len(head) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    mean = sum(samples) / max(len(samples), 1)
    power = sum((sample - mean) ** 2 for sample in samples)
    alike = sum((one - mean) * (other - mean) for one, other in pairwise(samples))
    return bool(samples) and (power == 0 or alike / power > RELATED)
