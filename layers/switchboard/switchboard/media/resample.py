"""Resample any rate and layout to 8000 samples a second in one channel, and measure the sound as it came.

The filter is longer than FFmpeg's default, which mirrors a fifth of the sound just above 4 kHz below 4 kHz.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.error import BlockingIOError as NotYet
from av.error import EOFError as Over
from av.filter import Graph
from av.filter.context import FilterContext

from switchboard.campaigns.audio.decoded import RATE
from switchboard.media.meters import ClipMeter, LoudnessMeter

# Flat to 3.6 kHz, 100 dB down from 4 kHz on. The mix of channels is never louder than they are.
FILTER = "filter_size=128:cutoff=0.94:rematrix_maxval=1.0"
OUT = f"out_sample_rate={RATE}:out_sample_fmt=flt:out_chlayout=mono"
LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
MOST_PLANES = 7
SLOWEST = 2000  # samples a second that a loudness can be measured of


@dataclass(slots=True)
class SourceMeters:
    """The meters of the sound as it came."""

    loudness: LoudnessMeter = field(default_factory=LoudnessMeter)
    clips: ClipMeter = field(default_factory=ClipMeter)


@dataclass(frozen=True, slots=True)
class FilterChain:
    """The filters for frames of one form: rate, format and layout. `graph` keeps the filters alive."""

    graph: Graph
    source: FilterContext
    sink: FilterContext
    meters: tuple[tuple[FilterContext, LoudnessMeter | ClipMeter], ...]

    def pushed(self, frame: AudioFrame | None) -> Iterator[AudioFrame]:
        """Push a frame, or None for the end, and yield the resampled frames."""
        self.source.push(frame)
        for sink, meter in self.meters:
            for measured in pulled(sink):
                meter.hear(measured)
        yield from pulled(self.sink)


def pulled(sink: FilterContext) -> Iterator[AudioFrame]:
    """Yield the frames that a sink has now."""
    while True:
        try:
            out = sink.pull()
        except (NotYet, Over):
            return
        if isinstance(out, AudioFrame):
            yield out


def resampled(frames: Iterable[AudioFrame], meters: SourceMeters) -> Iterator[AudioFrame]:
    """Yield the resampled frames. A change of form in the input starts new filters."""
    form: tuple[int, str, str] | None = None
    chain: FilterChain | None = None
    for frame in frames:
        if form != form_of(frame):
            if chain is not None:
                yield from chain.pushed(None)
            form = form_of(frame)
            chain = chain_for(*form, meters)
        frame.pts = None
        if chain is not None:
            yield from chain.pushed(frame)
    if chain is not None:
        yield from chain.pushed(None)


def form_of(frame: AudioFrame) -> tuple[int, str, str]:
    """Return rate, format and layout of a frame."""
    return frame.sample_rate, frame.format.name, frame.layout.name


def chain_for(rate: int, format_: str, layout: str, meters: SourceMeters) -> FilterChain:
    """Return new filters for frames of this form."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=rate, format=format_, layout=layout, time_base=Fraction(1, rate))
    ways = [([("aresample", f"{OUT}:{FILTER}")], None), *_meters_for(rate, AudioLayout(layout), meters)]
    split = graph.add("asplit", str(len(ways)))
    source.link_to(split)
    sinks = [_branch(graph, split, place, way) for place, (way, _) in enumerate(ways)]
    graph.configure()
    heard = [(sink, meter) for sink, (_, meter) in zip(sinks, ways, strict=True) if meter is not None]
    return FilterChain(graph, source, sinks[0], tuple(heard))


Way = list[tuple[str, str]]


def _meters_for(
    rate: int, layout: AudioLayout, meters: SourceMeters
) -> Iterator[tuple[Way, LoudnessMeter | ClipMeter | None]]:
    """Yield the filters before each meter. PyAV shows at most seven planes of a frame."""
    if layout.nb_channels <= MOST_PLANES:
        yield [("aformat", "sample_fmts=s16p")], meters.clips
    places = layout.name
    if places.endswith(" channels"):  # their places are not known, and `ebur128` needs them
        places = LAYOUTS.get(layout.nb_channels, "")
    if places and rate >= SLOWEST:
        yield [("aformat", f"channel_layouts={places}"), ("ebur128", "metadata=1:peak=sample")], meters.loudness


def _branch(graph: Graph, split: FilterContext, place: int, way: Way) -> FilterContext:
    last, port = split, place
    for name, arguments in way:
        step = graph.add(name, arguments)
        last.link_to(step, port, 0)
        last, port = step, 0
    sink = graph.add("abuffersink")
    last.link_to(sink)
    return sink
