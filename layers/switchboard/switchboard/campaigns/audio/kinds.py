"""Detect what a file is from its bytes (ruling cato 7). Samples without a header need a declaration, or no doubt."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.campaigns.audio.declared import by_ending
from switchboard.campaigns.audio.foreign import PICTURES, foreign_name
from switchboard.campaigns.audio.frames import Data, first_stream, stream_at
from switchboard.campaigns.audio.signs import more_of
from switchboard.campaigns.audio.waveform import is_beyond_doubt, is_sound
from switchboard.errors import UnsupportedMedia
from switchboard.kernel.campaign_audio import Pcm
from switchboard.recordings.formats import TAG_HEADER, content_type_of, tags_end

PCM = "audio/L16"  # RFC 2586; used for headerless samples of any encoding
ENOUGH = 16 * 1024  # bytes from the beginning that are enough for a sign
FRAMES = frozenset({"audio/mpeg", "audio/aac", "audio/ac3"})  # signs of some bits only, which samples may have too
ID3 = b"ID3"
ACCEPTED = (
    "mp3, wav, ogg, opus, flac, m4a, aac, amr, aiff, au, wma, webm and most other audio is, "
    "and headerless samples with ?encoding=s16le&rate=8000&channels=1."
)
UNSEEN = "something that is not known"


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file is: its media type, the bytes to leave out before the audio, and the form of headerless samples."""

    type: str
    skip: int = 0
    pcm: Pcm | None = None


def kind_of(data: Data, name: str, pcm: Pcm) -> FileKind:
    """Return what a file is. Raises UnsupportedMedia, with what was seen, for anything but audio."""
    said = pcm if pcm.told else by_ending(name)
    seen = _signed(data)
    if said and data[:3] != ID3 and (seen is None or seen.type in FRAMES) and _may_be_samples(data, said, seen):
        return FileKind(PCM, 0, said)
    foreign = "" if seen else foreign_name(data, said=pcm.told)
    if not foreign:
        seen = seen or (FileKind(PCM, 0, said) if said else _after_rubbish(data))
        if seen is not None:
            return seen
        if is_beyond_doubt(data):
            return FileKind(PCM, 0, pcm)
    raise UnsupportedMedia(f"This is no audio that is taken, but {foreign or UNSEEN}: {ACCEPTED}")


def _signed(data: Data) -> FileKind | None:
    """Return the kind by the sign at the beginning, or behind tags."""
    skip = tags_end(lambda place: data[place : place + TAG_HEADER])
    head = data[skip : skip + ENOUGH]
    kind = content_type_of(head)
    if kind in FRAMES:
        kind = stream_at(data, skip)
    if kind == "audio/mp4" and head[8:12] in PICTURES:
        return None
    kind = kind or stream_at(data, skip) or more_of(head)
    return FileKind(kind, skip) if kind else None


def _may_be_samples(data: Data, said: Pcm, seen: FileKind | None) -> bool:
    """Whether declared samples begin as frames of audio do, by chance."""
    return seen is not None and said.encoding == "s16le" and is_sound(data[:ENOUGH])


def _after_rubbish(data: Data) -> FileKind | None:
    """Return a stream of frames behind tags and zeros, or behind the rest of a frame."""
    skip = tags_end(lambda place: data[place : place + TAG_HEADER])
    found = first_stream(data, skip)
    if found is None:
        return FileKind("audio/mpeg") if data[:3] == ID3 else None
    return FileKind(found[1], found[0])
