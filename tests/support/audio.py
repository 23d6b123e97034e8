"""Audio that is made up: silence of a known length in several formats."""

from __future__ import annotations

import io
import wave

# A frame of MPEG-1 layer III: 64 kbit/s, 32 kHz, mono; 288 bytes and 36 ms of silence.
FRAME = bytes.fromhex("fffb58c4") + bytes(284)
FRAME_SECONDS = 0.036
ID3 = b"ID3\x04\x00\x00\x00\x00\x00\x00"


def mp3_of(seconds: float, *, tagged: bool = False) -> bytes:
    """An MP3 of about so many seconds, with an empty ID3 tag before it where it is to be `tagged`."""
    return (ID3 if tagged else b"") + FRAME * round(seconds / FRAME_SECONDS)


def wav_of(seconds: float) -> bytes:
    """A WAV of a telephone's quality."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(bytes(round(seconds * 8000) * 2))
    return file.getvalue()
