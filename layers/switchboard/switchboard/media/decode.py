"""Decode audio with PyAV, and write the renditions for telephones. Only some frames are in memory at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

from switchboard.campaigns.audio.decoded import RATE, DecodedAudio, DecodeFailure
from switchboard.campaigns.audio.kinds import PCM
from switchboard.kernel.campaign_audio import AudioLevels, SourceForm, Treatment
from switchboard.media.demuxers import DEMUXERS, decoders, is_taken
from switchboard.media.endings import declared_seconds, is_cut
from switchboard.media.finish import Mono, MonoLevels, gain_for, measured, span_of, write
from switchboard.media.meters import decibels
from switchboard.media.remarks import remarks_on
from switchboard.media.resample import SourceMeters, resampled

PICTURE = 0x400  # AV_DISPOSITION_ATTACHED_PIC: a cover picture is no video


def decode(wanted: dict[str, Any]) -> DecodedAudio:
    """Write the renditions of a file and return length, peak and trouble. Raises MemoryError."""
    try:
        with _opened(wanted) as container:
            trouble = _trouble(container)
            return DecodedAudio(trouble=trouble) if trouble else Decoding(wanted).run(container)
    except MemoryError:  # FFmpeg's MemoryError is also an FFmpegError
        raise
    except (FFmpegError, ValueError, IndexError, OverflowError):
        return DecodedAudio(trouble=DecodeFailure.UNREADABLE)


def _opened(wanted: dict[str, Any]) -> InputContainer:
    kind, pcm = wanted["kind"], wanted["pcm"]
    container: InputContainer = av.open(
        wanted["source"],
        format=pcm["encoding"] if kind == PCM else DEMUXERS[kind],
        options={
            "protocol_whitelist": "file",
            "codec_whitelist": decoders(),
            **(_raw_options(pcm) if kind == PCM else {}),
        },
        metadata_errors="ignore",
    )
    return container


def _raw_options(pcm: dict[str, Any]) -> dict[str, str]:
    if pcm["encoding"] in ("gsm", "g722"):  # one channel, at one rate
        return {}
    return {"sample_rate": str(pcm["rate"]), "ch_layout": f"{pcm['channels']} channels"}


def _trouble(container: InputContainer) -> DecodeFailure | None:
    """Return the trouble with an opened file that shows before decoding, or None."""
    if any(not int(stream.disposition) & PICTURE for stream in container.streams.video):
        return DecodeFailure.VIDEO
    if not container.streams.audio:
        return DecodeFailure.NO_AUDIO
    return None if is_taken(codec_of(container.streams.audio[0])) else DecodeFailure.CODEC


def codec_of(stream: AudioStream) -> str:
    """Return FFmpeg's name of the stream's codec; empty for a codec unknown to FFmpeg, which has no context."""
    context: AudioCodecContext | None = stream.codec_context
    return context.codec.canonical_name if context else ""


class Decoding:
    """Decodes one file frame by frame."""

    def __init__(self, wanted: dict[str, Any]) -> None:
        self._wanted = wanted
        self._most = int(wanted["limits"]["longest"] * RATE)
        self._treatment = Treatment(**wanted["treatment"])
        self._samples = self._pieces = self._damaged = 0
        self._sum = 0.0
        self._ends_badly = False
        self._form: SourceForm | None = None
        self._meters = SourceMeters()

    def run(self, container: InputContainer) -> DecodedAudio:
        """Decode to the end, or until the audio is longer than the limit; return the result."""
        stream = container.streams.audio[0]
        stream.codec_context.thread_count = 1
        kind, path, work = self._wanted["kind"], Path(self._wanted["source"]), Path(self._wanted["work"])
        declared = declared_seconds(container, kind, path)
        with work.open("wb") as file:
            for frame in resampled(self._frames(container, stream), self._meters):
                file.write(self._heard(frame))
                if self._samples > self._most:
                    return DecodedAudio(trouble=DecodeFailure.TOO_LONG)
        cut = is_cut(kind, path, ends_badly=self._ends_badly)
        found = DecodedAudio(self._samples, 0, declared, self._pieces, self._damaged, cut, form=self._form)
        return self._finished(found, Mono(work, self._samples, self._sum / max(self._samples, 1)))

    def _finished(self, found: DecodedAudio, mono: Mono) -> DecodedAudio:
        if not mono.samples:
            return found
        levels, treatment = measured(mono), self._treatment
        span, gain = span_of(mono, levels, treatment), gain_for(levels, treatment)
        made = write(mono, span, gain, levels.peak, self._wanted["renditions"])
        loss = max(0.0, self._before(levels) - levels.loudness)
        found = replace(found, peak=min(32768, round(levels.peak * 32768)), written=span[1] - span[0], loss=loss)
        return replace(found, levels=self._levels(found, levels, made, mono))

    def _before(self, levels: MonoLevels) -> float:
        told = self._meters.loudness.loudness
        return levels.loudness if told is None else told

    def _levels(self, found: DecodedAudio, levels: MonoLevels, made: MonoLevels, mono: Mono) -> AudioLevels:
        start, end = (samples / RATE for samples in levels.silence)
        told = AudioLevels(
            peak_before=round(decibels(max(levels.peak, self._meters.loudness.peak)), 1),
            loudness_before=round(self._before(levels), 1),
            peak=round(decibels(made.peak), 1),
            loudness=round(made.loudness, 1),
            clipped=self._meters.clips.places,
            silence_start=round(start, 2),
            silence_end=round(end, 2),
        )
        return replace(told, warnings=remarks_on(found, told, mono.offset))

    def _frames(self, container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
        for packet in container.demux(stream):
            self._pieces += 1
            try:
                for frame in packet.decode():
                    self._form = self._form or form_in(frame, stream)
                    yield frame
                self._ends_badly = self._ends_badly and packet.size == 0
            except FFmpegError as error:
                if isinstance(error, MemoryError):
                    raise
                self._damaged += 1
                self._ends_badly = True

    def _heard(self, frame: AudioFrame) -> bytes:
        data = bytes(frame.planes[0])[: frame.samples * 4]
        self._samples += frame.samples
        self._sum += sum(array("f", data))
        return data


def form_in(frame: AudioFrame, stream: AudioStream) -> SourceForm:
    """Return what a frame was read as."""
    return SourceForm(codec_of(stream), frame.sample_rate, len(frame.layout.channels))
