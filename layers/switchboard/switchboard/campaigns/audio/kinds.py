"""What a file is, told from its bytes (ruling cato 7). Headerless samples are told by how they run."""

from __future__ import annotations

import sys
from array import array
from itertools import pairwise

from switchboard.campaigns.audio.model import Pcm
from switchboard.errors import UnsupportedMedia
from switchboard.recordings.formats import content_type_of

PCM = "audio/L16"  # RFC 2586; whatever its encoding, samples and nothing else
ENOUGH = 16 * 1024  # bytes from the beginning that are enough to tell
FRAMES = frozenset({"audio/mpeg", "audio/aac"})  # their sign is a dozen bits, which samples may have as well
ID3 = b"ID3"
RELATED = 0.5  # neighbouring samples of sound are more alike than this; those of anything else are hardly alike
PRINTABLE = frozenset(range(0x20, 0x7F)) | {0x09, 0x0A, 0x0D}
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
    if head.startswith(FOREIGN) or is_text(head) or not (said or is_sound(head)):
        raise UnsupportedMedia(HOW)
    return PCM


def is_text(head: bytes) -> bool:
    """Whether these are words for people or programs, in UTF-8 or any of the old Cyrillic code pages."""
    if not head:
        return False
    try:
        return head[: len(head) - 3].decode().replace("\n", " ").replace("\r", " ").replace("\t", " ").isprintable()
    except UnicodeDecodeError:
        return sum(byte in PRINTABLE or byte >= 0xC0 for byte in head) == len(head)  # noqa: PLR2004 - letters there


def is_sound(head: bytes) -> bool:
    """Whether these are samples of 16 bits, little-endian: neighbours are alike, silence altogether."""
    samples = array("h", head[: len(head) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    mean = sum(samples) / max(len(samples), 1)
    power = sum((sample - mean) ** 2 for sample in samples)
    alike = sum((one - mean) * (other - mean) for one, other in pairwise(samples))
    return bool(samples) and (power == 0 or alike / power > RELATED)
