"""Audio of campaigns: what becomes of pitches that a telephone cannot carry, and what a conversion costs.

Each conversion is the function's own, child process included; memory and processor time are those of the children.
"""

from __future__ import annotations

import io
import json
import math
import resource
import statistics
import subprocess
import sys
import time
import wave
from array import array
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import av

from switchboard.campaigns.audio.ports import RawAudio
from switchboard.errors import Refused
from switchboard.kernel.campaign_audio import Rendition
from switchboard.media.converter import ChildConverter, ConversionLimits

LOUD, SWEEP, TOP = 16384, 10, 20_000
MINUTES = 10
PATIENT = ConversionLimits(wall=300)  # what counts is the processor's time: this machine may have others to serve
ALIAS_DB, CPU_S = -60.0, 3.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one conversion: seconds of the processor and of the clock, bytes of memory at most, and what came of it."""

    cpu: float
    wall: float
    memory: int
    outcome: str

    def __str__(self) -> str:
        return f"{self.cpu:.2f} s CPU, {self.wall:.2f} s, {self.memory / 2**20:.0f} MB: {self.outcome}"


def cost_of(data: bytes) -> Cost:
    """What a conversion costs: in a process between, since a process is told to have had what its parent had."""
    with NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        command = [sys.executable, "-m", "bench.audio", file.name]
        done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own
    return Cost(**json.loads(done.stdout))


def convert(path: Path) -> tuple[Cost, bytes]:
    """Convert a file here, piece by piece, and tell what it cost and what its WAV is."""
    begun, made = time.perf_counter(), b""
    with path.open("rb") as file:
        try:
            with ChildConverter(PATIENT).convert(RawAudio(iter(lambda: file.read(2**18), b""), "x")) as converted:
                outcome = f"{converted.seconds:.1f} s of {converted.kind}"
                made = converted.renditions[Rendition.WAV].read_bytes()
        except Refused as refused:
            outcome = f"{refused.status} {refused.message[:60]}"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter() - begun
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024, outcome), made


def alias() -> float:
    """Decibels, beside the sweep, of what is heard once the pitch is above 4 kHz; 0 is as loud."""
    rate, since = 44_100, 300
    slope = (TOP - since) / SWEEP / 2
    times = (place / rate for place in range(SWEEP * rate))
    sweep = array("h", (round(LOUD * math.sin(2 * math.pi * (since + slope * at) * at)) for at in times))
    with NamedTemporaryFile() as file:
        file.write(_wav(sweep, rate))
        file.flush()
        heard = array("h", convert(Path(file.name))[1][44:])
    above = heard[round(SWEEP * (4000 - since) / (TOP - since) * 8000) + 80 :]
    power = sum(sample * sample for sample in above) / len(above)
    return 10 * math.log10(max(power, 1e-9) / (LOUD * LOUD / 2))


def measure() -> int:
    """Print all figures; 1 where a target is missed."""
    worst = alias()
    print(f"alias of a sweep to {TOP} Hz: {worst:.1f} dB (target {ALIAS_DB:.0f})")
    data = encoded("mp3", "libmp3lame", MINUTES * 60, 44_100, "stereo")
    costs = [cost_of(data) for _ in range(3)]
    cpu = statistics.median(cost.cpu for cost in costs)
    print(f"{MINUTES} minutes of mp3, {len(data) / 1e6:.1f} MB: {cpu:.2f} s of CPU (target {CPU_S:.0f})")
    print(f"  {costs[0]}")
    for name, make in OTHERS.items():
        print(f"{name}: {cost_of(make(data))}")
    return int(worst > ALIAS_DB or cpu > CPU_S)


def encoded(container: str, codec: str, seconds: int, rate: int, layout: str) -> bytes:
    """A buzz in any form, made a second at a time."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream: Any = out.add_stream(codec, rate=rate)
        stream.layout, stream.bit_rate = layout, 128_000
        size = stream.codec_context.frame_size or 1024
        resampler = av.AudioResampler(stream.format.name, layout, rate, frame_size=size)
        second = array("h", (round(8000 * math.sin(place * place / 1e5)) for place in range(rate)))
        for _ in range(seconds):
            frame = av.AudioFrame(format="s16", layout="mono", samples=rate)
            frame.planes[0].update(second.tobytes())
            frame.sample_rate = rate
            for piece in resampler.resample(frame):
                out.mux(stream.encode(piece))
        for rest in [*resampler.resample(None), None]:
            out.mux(stream.encode(rest))
    return file.getvalue()


def _wav(samples: array[int], rate: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, rate, 0, "NONE", "not compressed"))
        writer.writeframes(samples.tobytes())
    return file.getvalue()


OTHERS: dict[str, Callable[[bytes], bytes]] = {
    "five times as much": lambda mp3: mp3 * 5,
    "a flac of 12 hours at 1 kHz": lambda _: encoded("flac", "flac", 12 * 3600, 1000, "mono"),
    "a wav of 190 MB": lambda _: _wav(array("h", [9000, -9000, 500, 0]) * 23_750_000, 48_000),
    "text": lambda _: b"words and no sound " * 10_000,
    "half an mp3": lambda mp3: mp3[: len(mp3) // 2],
}


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.stdout.write(json.dumps(asdict(convert(Path(sys.argv[1]))[0])))
    else:
        sys.exit(measure())
