"""A message that needs no speech: a signal of two tones, as sirens and announcements begin."""

import io
import math
import wave
from array import array

RATE = 8000
LOUD = 12_000
HIGH, LOW = 880.0, 660.0
HALF = 0.5  # seconds of each tone in turn


def signal(seconds: float) -> bytes:
    """A WAV file of that length: 8000 Hz, 16 bits, mono."""
    samples = array("h", (_sample(place / RATE) for place in range(round(seconds * RATE))))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(samples.tobytes())
    return file.getvalue()


def _sample(at: float) -> int:
    hertz = HIGH if int(at / HALF) % 2 == 0 else LOW
    return round(LOUD * math.sin(2 * math.pi * hertz * at))
