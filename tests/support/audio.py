"""Audio that is made up: silence of a known length in several formats."""

from __future__ import annotations

import io
import wave

# A frame of MPEG-1 layer III: 64 kbit/s, 32 kHz, mono; 288 bytes and 36 ms of silence.
FRAME = bytes.fromhex("fffb58c4") + bytes(284)
FRAME_SECONDS = 0.036
# Layer III of MPEG-1 and MPEG-2, by the number in the header.
KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
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


def seconds_of(mp3: bytes) -> int:
    """The length of an MP3 of layer III without tags, by counting its frames, to the nearest second."""
    place, length = 0, 0.0
    while place < len(mp3):
        header = int.from_bytes(mp3[place : place + 4])
        assert header >> 21 == 0x7FF
        one = header >> 19 & 3 == 3
        rate = (44100, 48000, 32000)[header >> 10 & 3] // (1 if one else 2)
        kbits = (KBITS_1 if one else KBITS_2)[header >> 12 & 15]
        length += (1152 if one else 576) / rate
        place += (144 if one else 72) * kbits * 1000 // rate + (header >> 9 & 1)
    assert place == len(mp3)
    return round(length)
