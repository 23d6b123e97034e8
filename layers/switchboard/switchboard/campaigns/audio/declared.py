"""Samples without a header, as the upload declares them: by its query, its media type, or the ending of its name."""

from __future__ import annotations

from collections.abc import Mapping

from switchboard.campaigns.audio.waveform import is_sound
from switchboard.kernel.campaign_audio import Pcm

ENOUGH = 16 * 1024  # bytes from the beginning that show the order of bytes

# Endings of names, as Asterisk, SoX and FFmpeg use them.
ENDINGS: Mapping[str, Pcm] = {
    **{ending: Pcm(told=True) for ending in ("pcm", "raw", "sln", "l16", "sw", "s16", "s16le")},
    **{f"sln{khz}": Pcm(rate, told=True) for khz, rate in (
        (8, 8000), (12, 12000), (16, 16000), (24, 24000), (32, 32000), (44, 44100), (48, 48000), (96, 96000),
    )},
    **{ending: Pcm(encoding="alaw", told=True) for ending in ("alaw", "al", "pcma")},
    **{ending: Pcm(encoding="mulaw", told=True) for ending in ("ulaw", "ul", "mulaw", "mu", "pcmu")},
    **{ending: Pcm(encoding="s8", told=True) for ending in ("s8", "sb")},
    **{ending: Pcm(encoding="u8", told=True) for ending in ("u8", "ub")},
    "gsm": Pcm(encoding="gsm", told=True),
    "g722": Pcm(16000, encoding="g722", told=True),
}  # fmt: skip
# RFC 2586, 2046, 4856 and 3551. L16 has network byte order by its RFC; the bytes decide, as few writers know.
L16 = "audio/l16"
TYPES: Mapping[str, Pcm] = {
    L16: Pcm(encoding="s16be", told=True),
    "audio/basic": Pcm(encoding="mulaw", told=True),
    "audio/pcmu": Pcm(encoding="mulaw", told=True),
    "audio/pcma": Pcm(encoding="alaw", told=True),
    "audio/g722": Pcm(16000, encoding="g722", told=True),
    "audio/gsm": Pcm(encoding="gsm", told=True),
}


def by_ending(name: str) -> Pcm | None:
    """Return the format that the ending of a file's name declares; None if it declares none."""
    return ENDINGS.get(name.rpartition(".")[2].lower()) if "." in name else None


def by_media_type(content_type: str, data: bytes) -> Pcm | None:
    """Return the format that a `Content-Type` with its parameters `rate` and `channels` declares, or None.

    `data` decides about the order of bytes of `audio/L16`.
    """
    kind, *rest = (part.strip().lower() for part in content_type.split(";"))
    found = TYPES.get(kind)
    if found is None:
        return None
    told = dict(part.split("=", 1) for part in rest if "=" in part)
    rate, channels = _whole(told.get("rate", ""), found.rate, 192_000), _whole(told.get("channels", ""), 1, 8)
    little = kind == L16 and is_sound(data[:ENOUGH])
    return Pcm(rate, channels, "s16le" if little else found.encoding, told=True)


def _whole(text: str, default: int, most: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0  # noqa: PLR2004 - digits
    return number if 1 <= number <= most else default
