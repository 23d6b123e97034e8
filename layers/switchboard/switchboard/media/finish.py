"""The second half of a conversion: measure the decoded channel, trim and level it, and write the renditions.

The channel waits in a file of 32-bit floats, 8000 a second. Two passes over it are cheap.
"""

from __future__ import annotations

import wave
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.filter import Graph

from switchboard.campaigns.audio.decoded import RATE
from switchboard.kernel.campaign_audio import Treatment
from switchboard.media.meters import FLOOR, LoudnessMeter, MonoMeter, decibels
from switchboard.media.resample import pulled

FLOAT = 4  # bytes of a sample
CHUNK = RATE  # samples of a step, a second: whole blocks
KEPT = RATE * 3 // 10  # samples of silence kept at each end
MOST_GAIN = 30.0  # dB
CEILING = -1.0  # dB of full scale that no leveled sample exceeds
OFFSET = 0.002  # of full scale; a smaller constant offset stays
LIMITER = f"limit={10 ** (CEILING / 20):.4f}:attack=5:release=80:level=0:latency=1"


@dataclass(frozen=True, slots=True)
class Mono:
    """A channel in a file: `samples` of it, and their mean `offset`, which is taken out."""

    path: Path
    samples: int
    offset: float = 0.0

    def chunks(self, first: int = 0, last: int | None = None) -> Iterator[array[float]]:
        """Yield samples from `first` to before `last`, without the offset."""
        left = (self.samples if last is None else last) - first
        offset = self.offset if abs(self.offset) > OFFSET else 0.0
        with self.path.open("rb") as file:
            file.seek(first * FLOAT)
            while left > 0:
                samples = array("f", file.read(min(CHUNK, left) * FLOAT))
                left -= len(samples) or left
                yield array("f", [sample - offset for sample in samples]) if offset else samples


@dataclass(frozen=True, slots=True)
class MonoLevels:
    """What a channel is: its loudness in LUFS, peak as a share of full scale, and samples of silence at both ends."""

    loudness: float
    peak: float
    silence: tuple[int, int]


def measured(mono: Mono) -> MonoLevels:
    """Measure a channel."""
    meter, loudness = MonoMeter(), LoudnessMeter()
    chain = Chain([("ebur128", "metadata=1:peak=none")])
    for samples in mono.chunks():
        meter.follow(samples)
        for frame in chain.pushed(samples):
            loudness.hear(frame)
    for frame in chain.ended():
        loudness.hear(frame)
    level = meter.level if loudness.loudness is None else loudness.loudness
    return MonoLevels(level, meter.peak, meter.silence())


def gain_for(levels: MonoLevels, treatment: Treatment) -> float:
    """Return the gain in dB that brings the channel to the wanted loudness; 0 for silence."""
    if treatment.loudness is None or levels.loudness <= FLOOR:
        return 0.0
    return min(MOST_GAIN, treatment.loudness - levels.loudness)


def span_of(mono: Mono, levels: MonoLevels, treatment: Treatment) -> tuple[int, int]:
    """Return the samples to write, as a range, with 300 ms of silence at each end at most."""
    if not treatment.trim:
        return 0, mono.samples
    before, after = levels.silence
    return max(0, before - KEPT), mono.samples - max(0, after - KEPT)


def write(mono: Mono, span: tuple[int, int], gain: float, peak: float, paths: Mapping[str, str]) -> MonoLevels:
    """Write the renditions of a part of the channel, and return their levels."""
    limits = [("alimiter", LIMITER)] if gain and decibels(peak) + gain > CEILING else []
    volume = [("volume", f"volume={gain:.3f}dB:precision=float")] if gain else []
    chain = Chain([*volume, *limits, ("aresample", "out_sample_fmt=s16")])
    meter = MonoMeter()
    loudness, listens = LoudnessMeter(), Chain([("ebur128", "metadata=1:peak=none")])
    with outputs(paths) as made:
        for frame in _all(chain, mono.chunks(*span)):
            samples = array("f", [sample / 32768 for sample in made.write(frame)])
            meter.hear(samples)
            for heard in listens.pushed(samples):
                loudness.hear(heard)
    for heard in listens.ended():
        loudness.hear(heard)
    return MonoLevels(meter.level if loudness.loudness is None else loudness.loudness, meter.peak, (0, 0))


def _all(chain: Chain, chunks: Iterator[array[float]]) -> Iterator[AudioFrame]:
    for samples in chunks:
        yield from chain.pushed(samples)
    yield from chain.ended()


class Chain:
    """Filters in a row, for a channel of floats at 8000 samples a second."""

    def __init__(self, filters: list[tuple[str, str]]) -> None:
        self._graph = Graph()
        self._source = self._graph.add_abuffer(
            sample_rate=RATE, format="flt", layout="mono", time_base=Fraction(1, RATE)
        )
        last = self._source
        for name, arguments in [*filters, ("abuffersink", "")]:
            step = self._graph.add(name, arguments) if arguments else self._graph.add(name)
            last.link_to(step)
            last = step
        self._sink = last
        self._graph.configure()

    def pushed(self, samples: array[float]) -> Iterator[AudioFrame]:
        """Push samples, and yield what comes out."""
        frame = AudioFrame(format="flt", layout="mono", samples=len(samples))
        frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\x00"))
        frame.sample_rate = RATE
        self._source.push(frame)
        yield from pulled(self._sink)

    def ended(self) -> Iterator[AudioFrame]:
        """End the input, and yield the rest."""
        self._source.push(None)
        yield from pulled(self._sink)


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files being written: A-law and WAV."""

    alaw: BinaryIO
    wav: wave.Wave_write
    encoder: AudioCodecContext

    def write(self, frame: AudioFrame) -> array[int]:
        """Write a frame's samples to every file and return them."""
        data = bytes(frame.planes[0])[: frame.samples * 2]
        self.wav.writeframesraw(data)
        frame.pts = None
        for packet in self.encoder.encode(frame):
            self.alaw.write(bytes(packet))
        return array("h", data)


@contextmanager
def outputs(paths: Mapping[str, str]) -> Iterator[Outputs]:
    """Open the files of the renditions; they are complete after the context."""
    encoder: AudioCodecContext = av.CodecContext.create("pcm_alaw", "w")
    encoder.sample_rate, encoder.layout, encoder.format = RATE, "mono", "s16"
    with Path(paths["alaw"]).open("wb") as alaw, wave.open(paths["wav"], "wb") as wav:
        wav.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        yield Outputs(alaw, wav, encoder)
