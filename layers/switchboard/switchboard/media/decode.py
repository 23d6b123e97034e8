"""Decode audio with PyAV and write the renditions for telephones. Only some frames are in memory at a time."""

from __future__ import annotations

import wave
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

from switchboard.campaigns.audio.decoded import RATE, DecodedAudio, DecodeFailure
from switchboard.campaigns.audio.kinds import PCM
from switchboard.media.endings import declared_seconds, is_cut
from switchboard.media.resample import resampled

# The demuxer by media type. FFmpeg must not choose: among its formats are lists that name other files.
DEMUXERS = {
    "audio/mpeg": "mp3", "audio/wav": "wav", "audio/ogg": "ogg", "audio/opus": "ogg", "audio/flac": "flac",
    "audio/mp4": "mov", "audio/aac": "aac", "audio/amr": "amr", "audio/amr-wb": "amr", "audio/aiff": "aiff",
    "audio/webm": "matroska", "audio/basic": "au", "audio/x-ms-wma": "asf",
}  # fmt: skip
CODECS = frozenset(
    {"mp3", "mp2", "mp1", "aac", "alac", "flac", "vorbis", "opus", "amr_nb", "amr_wb", "wmav1", "wmav2", "gsm_ms"}
    | {"adpcm_ms", "adpcm_ima_wav", "adpcm_g726", "gsm"}
)
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
    given = {"sample_rate": str(pcm["rate"]), "ch_layout": f"{pcm['channels']} channels"} if kind == PCM else {}
    container: InputContainer = av.open(
        wanted["source"],
        format=pcm["encoding"] if kind == PCM else DEMUXERS[kind],
        options={"protocol_whitelist": "file", **given},
        metadata_errors="ignore",
    )
    return container


def _trouble(container: InputContainer) -> DecodeFailure | None:
    """Return the trouble with an opened file that shows before decoding, or None."""
    if any(not int(stream.disposition) & PICTURE for stream in container.streams.video):
        return DecodeFailure.VIDEO
    if not container.streams.audio:
        return DecodeFailure.NO_AUDIO
    return None if is_taken(container.streams.audio[0]) else DecodeFailure.CODEC


def is_taken(stream: AudioStream) -> bool:
    """Whether the stream's codec is accepted. A codec unknown to FFmpeg has no context."""
    context: AudioCodecContext | None = stream.codec_context
    name = context.codec.canonical_name if context else ""
    return name in CODECS or name.startswith("pcm_")


class Decoding:
    """Decodes one file frame by frame."""

    def __init__(self, wanted: dict[str, Any]) -> None:
        self._wanted = wanted
        self._most = int(wanted["limits"]["longest"] * RATE)
        self._samples = self._peak = self._pieces = self._damaged = 0
        self._ends_badly = False

    def run(self, container: InputContainer) -> DecodedAudio:
        """Decode to the end, or until the audio is longer than the limit; return the result."""
        stream = container.streams.audio[0]
        stream.codec_context.thread_count = 1
        kind, path = self._wanted["kind"], Path(self._wanted["source"])
        declared = declared_seconds(container, kind, path)
        with outputs(self._wanted["renditions"]) as made:
            for frame in resampled(self._frames(container, stream)):
                self._hear(made.write(frame))
                if self._samples > self._most:
                    return DecodedAudio(trouble=DecodeFailure.TOO_LONG)
        cut = is_cut(kind, path, ends_badly=self._ends_badly)
        return DecodedAudio(self._samples, self._peak, declared, self._pieces, self._damaged, cut)

    def _frames(self, container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
        for packet in container.demux(stream):
            self._pieces += 1
            try:
                yield from packet.decode()
                self._ends_badly = self._ends_badly and packet.size == 0
            except FFmpegError as error:
                if isinstance(error, MemoryError):
                    raise
                self._damaged += 1
                self._ends_badly = True

    def _hear(self, samples: array[int]) -> None:
        self._samples += len(samples)
        if samples:
            highest, lowest = max(samples), min(samples)
            self._peak = max(self._peak, highest, -lowest)


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
