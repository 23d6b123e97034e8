"""Meters of sound: loudness and peak by FFmpeg's filter `ebur128`, clipped places, and silence at both ends."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field
from operator import mul

from av.audio.frame import AudioFrame

FLOOR = -99.0  # dB; the level of silence
GATE = -69.9  # LUFS; `ebur128` tells -70 before 0.4 seconds are over, and of silence
# Three samples in a row at the end of the range of 16 bits, little-endian.
CLIPPED = (b"\xff\x7f" * 3, b"\x00\x80" * 3, b"\x01\x80" * 3)
HIGHEST, LOWEST = 32767, -32767
BLOCK = 80  # samples, 10 ms
SILENT = 10 ** (-45 / 20)  # of the peak of the file; fainter blocks at the ends are silence


def decibels(share: float) -> float:
    """Return a share of full scale in dB, FLOOR at least."""
    return max(FLOOR, 20 * math.log10(share)) if share > 0 else FLOOR


def highest(samples: array[float]) -> float:
    """Return the highest absolute value."""
    up, down = max(samples), -min(samples)
    return max(up, down)


@dataclass(slots=True)
class LoudnessMeter:
    """Reads the metadata of `ebur128`: integrated loudness in LUFS (None until 0.4 s), highest sample as a share."""

    loudness: float | None = None
    peak: float = 0.0

    def hear(self, frame: AudioFrame) -> None:
        """Take the newest values."""
        told = frame.metadata
        loudness = float(told.get("lavfi.r128.I", "-70"))
        if loudness > GATE:
            self.loudness = loudness
        self.peak = max(self.peak, float(told.get("lavfi.r128.sample_peak", "0")))


@dataclass(slots=True)
class ClipMeter:
    """Counts the places where samples of 16 bits, channel by channel, are clipped."""

    places: int = 0

    def hear(self, frame: AudioFrame) -> None:
        """Count the clipped places of a frame."""
        for plane in frame.planes:
            data = bytes(plane)[: frame.samples * 2]
            found = sum(data.count(sign) for sign in CLIPPED)
            if found and _touches(array("h", data)):  # the sign may stand across two samples
                self.places += found


def _touches(samples: array[int]) -> bool:
    return max(samples) >= HIGHEST or min(samples) <= LOWEST


@dataclass(slots=True)
class MonoMeter:
    """Peak, power, and the envelope of one channel, by blocks of 10 ms."""

    samples: int = 0
    power: float = 0.0
    peak: float = 0.0
    envelope: array[float] = field(default_factory=lambda: array("f"))

    def hear(self, samples: array[float]) -> None:
        """Measure samples, without the envelope."""
        self.samples += len(samples)
        self.power += sum(map(mul, samples, samples))
        self.peak = max(self.peak, highest(samples))

    def follow(self, samples: array[float]) -> None:
        """Measure samples and their envelope. All but the last call must bring whole blocks."""
        self.hear(samples)
        for place in range(0, len(samples), BLOCK):
            block = samples[place : place + BLOCK]
            self.envelope.append(highest(block))

    @property
    def level(self) -> float:
        """The mean power in dB: the loudness of a file that is too short for a loudness."""
        return decibels(math.sqrt(self.power / self.samples)) if self.samples else FLOOR

    def silence(self) -> tuple[int, int]:
        """Return the samples of silence at the beginning and at the end; nothing is silence beside silence."""
        faint = self.peak * SILENT
        loud = [place for place, level in enumerate(self.envelope) if level > faint]
        if not loud:
            return 0, 0
        return loud[0] * BLOCK, max(0, self.samples - (loud[-1] + 1) * BLOCK)
