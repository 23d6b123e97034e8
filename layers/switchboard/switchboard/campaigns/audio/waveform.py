"""Whether bytes without a header are speech or tones: 16 bits, little-endian, 8000 Hz, mono (ruling cato 7)."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from switchboard.campaigns.audio.frames import Data

RELATED = 0.5  # least correlation of neighbouring samples of sound; other data has almost none
OVERSAMPLED = 0.99  # above, the sound lies below some 180 Hz: it was sampled at a higher rate
STEADY = 0.75  # share of the places that must be sound
UNEVEN = 2.5  # differences after even and odd samples alternate more than this in stereo, and in tables
SMOOTH = 0.8  # correlation of the low bytes of neighbours: samples of 8 bits, and pictures
WIDEST = 45_000  # of 65535, between neighbours
PLACES, SAMPLES = 8, 2048  # so many places of a file are looked at, so many samples at each
FRAME = 16  # bytes; places begin at whole frames of two, four or eight channels
LEAST = 400  # samples, 50 ms
BEGINNING, WRITTEN = 16, 12  # of so many first bytes, so many letters are a header


@dataclass(frozen=True, slots=True)
class Shape:
    """Sums over some samples: power, the product of neighbours, and the squared differences at even and odd places."""

    power: float
    alike: float
    even: float
    odd: float

    @property
    def correlation(self) -> float:
        """The correlation of neighbouring samples; 1 for a constant."""
        return self.alike / self.power if self.power else 1.0


def is_sound(head: bytes) -> bool:
    """Whether neighbouring samples correlate, or all samples are equal. Enough only if the upload declares samples."""
    samples = little_endian(head)
    return bool(samples) and shape_of(samples).correlation > RELATED


def is_beyond_doubt(data: Data) -> bool:
    """Whether the whole file is sound at 8000 Hz in one channel: no header, no other rate, stereo, table or picture.

    A file of equal samples counts too; the level of its sound decides later.
    """
    if len(data) % 2 or len(data) < 2 * LEAST or _has_letters(data[:BEGINNING]):
        return False
    places = [little_endian(data[at : at + 2 * SAMPLES]) for at in _places(len(data))]
    heard = [place for place in places if max(place) - min(place) > 0]
    if not heard:
        return True
    shapes = [shape_of(place) for place in heard]
    if any(_jumps(place) for place in heard):
        return False
    steady = sum(shape.correlation > RELATED for shape in shapes) >= STEADY * len(shapes)
    return steady and _is_mono_at_rate(shapes) and not any(_is_narrow(place) for place in heard)


def _is_mono_at_rate(shapes: Sequence[Shape]) -> bool:
    power, alike = sum(shape.power for shape in shapes), sum(shape.alike for shape in shapes)
    even, odd = sum(shape.even for shape in shapes), sum(shape.odd for shape in shapes)
    return RELATED < alike / power < OVERSAMPLED and max(even, odd) < UNEVEN * min(even, odd)


def _jumps(samples: array[int]) -> bool:
    """Whether neighbours lie further apart than in any sound: the samples have no sign, or another order of bytes."""
    return any(abs(other - one) > WIDEST for one, other in pairwise(samples))


def _is_narrow(samples: array[int]) -> bool:
    """Whether the low bytes run as smoothly as sound, so the samples have 8 bits."""
    if max(samples) - min(samples) < 1024:  # noqa: PLR2004 - the low bytes of faint sound run smoothly too
        return False
    low = array("h", [sample & 0xFF for sample in samples])
    return shape_of(low).correlation > SMOOTH


def shape_of(samples: array[int]) -> Shape:
    """Return the sums over samples, without their mean."""
    mean = sum(samples) / len(samples)
    power = sum((sample - mean) ** 2 for sample in samples)
    alike = sum((one - mean) * (other - mean) for one, other in pairwise(samples))
    steps = [(other - one) ** 2 for one, other in pairwise(samples)]
    return Shape(power, alike, sum(steps[::2]), sum(steps[1::2]))


def little_endian(data: bytes) -> array[int]:
    """Return whole samples of 16 bits."""
    samples = array("h", data[: len(data) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _has_letters(head: bytes) -> bool:
    return sum(0x20 <= byte < 0x7F for byte in head) >= WRITTEN  # noqa: PLR2004 - printable ASCII


def _places(size: int) -> Sequence[int]:
    last = max(0, size - 2 * SAMPLES)
    return sorted({last * place // (PLACES - 1) // FRAME * FRAME for place in range(PLACES)})
