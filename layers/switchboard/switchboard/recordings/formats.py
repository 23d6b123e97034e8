"""Media types recognised from a file's first bytes. A server's Content-Type is not reliable."""

from __future__ import annotations

from collections.abc import Callable

# First bytes that suffice to recognise every format.
ENOUGH = 4096
OGG = b"OggS"
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
}


def content_type_of(head: bytes) -> str | None:
    """Return the media type of the audio; None if the bytes are no known audio, such as an error page."""
    return next((kind for kind, fits in SIGNS if fits(head)), None)


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
    ("audio/mpeg", _begins(b"ID3")),
    ("audio/wav", _form(b"RIFF", b"WAVE")),
    ("audio/wav", _form(b"RF64", b"WAVE")),
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
    ("audio/aac", _is_adts),
    ("audio/mpeg", _is_mpeg_frame),
)
