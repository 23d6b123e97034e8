"""Media types recognised from a file's first bytes. A server's Content-Type is not reliable.

Tags before the audio (ID3v2, APEv2) are skipped, because players skip them.
"""

from __future__ import annotations

from collections.abc import Callable

# First bytes that suffice to recognise every format.
ENOUGH = 4096
OGG = b"OggS"
WAVES = (b"RIFF", b"RIFX", b"RF64", b"BW64")  # little-endian, big-endian, and above 4 GiB
ELEVEN_BITS, NO_FREQUENCY = 0b111_1111_1111, 0b11

EXTENSIONS: dict[str, str] = {
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "audio/opus": "opus",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/amr-wb": "awb",
    "audio/aiff": "aiff",
    "audio/webm": "webm",
    "audio/basic": "au",
    "audio/x-ms-wma": "wma",
    "audio/x-caf": "caf",
    "audio/x-w64": "w64",
    "audio/x-voc": "voc",
    "audio/x-nist": "sph",
    "audio/x-wavpack": "wv",
    "audio/x-tta": "tta",
    "audio/x-ape": "ape",
    "audio/ac3": "ac3",
}
ID3, APE = b"ID3", b"APETAGEX"
TAG_HEADER = 32  # bytes that tell the length of a tag of either kind
MOST_TAGS = 16  # tags in a row; more are taken for nonsense


def content_type_of(head: bytes) -> str | None:
    """Return the media type of the audio; None if the bytes are no known audio, such as an error page."""
    tagged = tags_end(lambda place: head[place : place + TAG_HEADER])
    if tagged >= len(head) and head.startswith(ID3):
        return "audio/mpeg"  # the tag is longer than the beginning: hardly anything else has such tags
    untagged = head[tagged:]
    found = next((kind for kind, fits in SIGNS if fits(untagged)), None)
    return found or ("audio/mpeg" if head.startswith(ID3) else None)


def tags_end(read: Callable[[int], bytes]) -> int:
    """Return the offset after all tags at the beginning; 0 without tags.

    `read` returns TAG_HEADER bytes from an offset. ID3v2.4, section 3.1, and the APEv2 specification have the lengths.
    """
    place = 0
    for _ in range(MOST_TAGS):
        length = _tag_length(read(place))
        if not length:
            break
        place += length
    return place


def _tag_length(head: bytes) -> int:
    if head.startswith(ID3) and len(head) >= 10:  # noqa: PLR2004 - a header of ID3v2
        size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        return 10 + size + (10 if head[5] & 0x10 else 0)
    if head.startswith(APE) and len(head) >= 16:  # noqa: PLR2004 - version and length
        return TAG_HEADER + int.from_bytes(head[12:16], "little")
    return 0


def extension_of(content_type: str) -> str:
    """Return the file name extension for a media type, `bin` for an unknown type."""
    return EXTENSIONS.get(content_type, "bin")


def _begins(*signs: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signs)


def _form(container: bytes, *forms: bytes) -> Callable[[bytes], bool]:
    """Test for a RIFF-like file: the container's sign, four bytes of length, then the form."""
    return lambda head: head.startswith(container) and head[8:12] in forms


def _is_mp4(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


def _is_opus(head: bytes) -> bool:
    return head.startswith(OGG) and b"OpusHead" in head[:256]


def _is_adts(head: bytes) -> bool:
    """AAC frames: twelve bits set, and a layer of 00."""
    return int.from_bytes(head[:2]) & 0xFFF6 == 0xFFF0  # noqa: PLR2004 - the bits in the docstring


def _is_mpeg_frame(head: bytes) -> bool:
    """A frame of MPEG audio, layers I to III: eleven bits set; version, layer, rate and frequency not reserved."""
    word = int.from_bytes(head[:4])
    version, layer, rate, frequency = word >> 19 & 0b11, word >> 17 & 0b11, word >> 12 & 0b1111, word >> 10 & 0b11
    reserved = version == 1 or layer == 0 or rate in (0, 0b1111) or frequency == NO_FREQUENCY
    return word >> 21 == ELEVEN_BITS and not reserved


SIGNS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("audio/wav", lambda head: head[:4] in WAVES and head[8:12] == b"WAVE"),
    ("audio/opus", _is_opus),
    ("audio/ogg", _begins(OGG)),
    ("audio/flac", _begins(b"fLaC")),
    ("audio/mp4", _is_mp4),
    ("audio/amr-wb", _begins(b"#!AMR-WB\n")),
    ("audio/amr", _begins(b"#!AMR\n")),
    ("audio/aiff", _form(b"FORM", b"AIFF", b"AIFC")),
    ("audio/webm", _begins(b"\x1a\x45\xdf\xa3")),
    ("audio/basic", _begins(b".snd")),
    ("audio/x-ms-wma", _begins(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")),
    ("audio/x-caf", _begins(b"caff\x00\x01")),
    ("audio/x-w64", _begins(b"riff\x2e\x91\xcf\x11")),
    ("audio/x-voc", _begins(b"Creative Voice File\x1a")),
    ("audio/x-nist", _begins(b"NIST_1A\n")),
    ("audio/x-wavpack", _begins(b"wvpk")),
    ("audio/x-tta", _begins(b"TTA1", b"TTA2")),
    ("audio/x-ape", _begins(b"MAC ")),
    ("audio/ac3", _begins(b"\x0b\x77")),
    ("audio/aac", _is_adts),
    ("audio/mpeg", _is_mpeg_frame),
)
