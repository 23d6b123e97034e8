"""A silent WAV file: PlayAudioAndGetDigits demands audio for a failure, and nothing is to be said."""

from __future__ import annotations

import io
import wave

RATE, SECONDS = 8000, 0.1


def silence_of(account: str) -> str:
    """Return the key of an account's silent file."""
    return f"audio/{account}/chime/silence.wav"


def _silent_wav() -> bytes:
    """Return PCM of 16 bits, 8 kHz, mono: what the service recommends ("PlayAudio")."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(2 * round(RATE * SECONDS)))
    return held.getvalue()


SILENT_WAV = _silent_wav()
