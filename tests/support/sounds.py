"""Sounds of every kind, made for the tests, and how loud they are."""

from __future__ import annotations

import io
import math
import wave
from array import array
from typing import Any

import av

LOUD = 16384


def tone(seconds: float = 1.0, rate: int = 8000, hertz: float = 440.0, loud: int = LOUD) -> array[int]:
    """Samples of a sine."""
    step = 2 * math.pi * hertz / rate
    return array("h", (round(loud * math.sin(step * place)) for place in range(round(seconds * rate))))


def sweep(seconds: float, rate: int, since: float, until: float, loud: int = LOUD) -> array[int]:
    """Samples of a sine whose pitch rises steadily."""
    slope = (until - since) / seconds / 2
    times = (place / rate for place in range(round(seconds * rate)))
    return array("h", (round(loud * math.sin(2 * math.pi * (since + slope * at) * at)) for at in times))


def wav(samples: array[int], rate: int = 8000, channels: int = 1) -> bytes:
    """A WAV file; every channel has the same samples."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(array("h", (one for one in samples for _ in range(channels))).tobytes())
    return file.getvalue()


def encoded(container: str, codec: str, seconds: float = 3.0, rate: int = 44100, **options: str) -> bytes:
    """A tone in any container and codec that FFmpeg writes."""
    file = io.BytesIO()
    with av.open(file, "w", format=container, options=options) as out:
        stream: Any = out.add_stream(codec, rate=rate)
        stream.layout, stream.bit_rate = "mono", 64_000
        frame = av.AudioFrame(format="s16", layout="mono", samples=round(seconds * rate))
        frame.planes[0].update(tone(seconds, rate).tobytes())
        frame.sample_rate = rate
        resampler = av.AudioResampler(
            stream.format.name, "mono", rate, frame_size=stream.codec_context.frame_size or 1024
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
            for packet in stream.encode(piece):
                out.mux(packet)
    return file.getvalue()


def video(seconds: int = 1) -> bytes:
    """A film without words, in MP4."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream: Any = out.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _ in range(seconds * 10):
            for packet in stream.encode(av.VideoFrame(32, 32, "yuv420p")):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return file.getvalue()


def samples_of(wav_file: bytes) -> array[int]:
    """The samples of a WAV file of 16 bits."""
    with wave.open(io.BytesIO(wav_file)) as reader:
        return array("h", reader.readframes(reader.getnframes()))


def decibels(samples: array[int], loud: int = LOUD) -> float:
    """How loud samples are, beside a sine of `loud`."""
    power = sum(sample * sample for sample in samples) / max(len(samples), 1)
    return 10 * math.log10(max(power, 1e-9) / (loud * loud / 2))


def from_alaw(data: bytes) -> array[int]:
    """Samples out of G.711 A-law, by its definition."""
    return array("h", map(_linear, data))


def _linear(byte: int) -> int:
    byte ^= 0x55
    exponent, mantissa = byte >> 4 & 7, byte & 15
    size = (mantissa * 2 + 33) << (exponent - 1) if exponent else mantissa * 2 + 1
    return size * 8 if byte & 0x80 else -size * 8
