"""Audio files of campaigns (SP5000 CATO, section 3.1), and their uploads.

Lengths are in seconds, sizes in bytes, times aware and in UTC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from switchboard.kernel.campaign import Clip

LONGEST = 3600  # seconds of audio
LARGEST_UPLOAD = 200_000_000
IDS = UUID("5f1f6f5e-9c0c-4a0e-8f57-0d1c6b1f3f6a")


class Rendition(StrEnum):
    """A stored form of a file: mono, 8000 samples a second."""

    ALAW = "alaw"  # G.711 A-law without a header
    WAV = "wav"  # 16 bits linear, as Asterisk and Chime play it


CONTENT_TYPES = {Rendition.ALAW: "audio/PCMA", Rendition.WAV: "audio/wav"}


@dataclass(frozen=True, slots=True)
class Pcm:
    """The format of samples without a header (ruling cato 7). `told` means that the request named the format."""

    rate: int = 8000
    channels: int = 1
    encoding: str = "s16le"
    told: bool = False


TELEPHONE = Pcm()
LOUDNESS = -23.0  # LUFS, the target of EBU R128; speech so loud is near the telephone's nominal level (ITU-T G.223)


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done to the sound: `loudness` is the target in LUFS, or None to keep the level.

    `trim` shortens silence at both ends. `quiet` accepts a file that is silent, or nearly.
    """

    loudness: float | None = LOUDNESS
    trim: bool = True
    quiet: bool = False


DEFAULT_TREATMENT = Treatment()


@dataclass(frozen=True, slots=True)
class SourceForm:
    """What a file was read as: FFmpeg's name of the codec, the rate in samples a second, and the channels."""

    codec: str
    rate: int
    channels: int


@dataclass(frozen=True, slots=True)
class AudioLevels:
    """Levels of a file: peaks in dB of full scale, loudness in LUFS (ITU-R BS.1770), silence in seconds.

    `peak_before` and `loudness_before` are those of the received file. `clipped` counts the places where it is clipped.
    `silence_start` and `silence_end` are the silence at both ends, before trimming.
    """

    peak_before: float
    loudness_before: float
    peak: float
    loudness: float
    clipped: int = 0
    silence_start: float = 0.0
    silence_end: float = 0.0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AudioFile:
    """A stored file. `source` is the digest of the received bytes, and part of the renditions' keys.

    `kind` is the media type of the received bytes. `revision` counts the changes. `sizes` maps renditions to bytes.
    `form` and `levels` are None for files of earlier releases.
    """

    account: str
    id: str
    name: str
    user_id: str
    created_at: datetime
    source: str
    kind: str
    seconds: float
    sizes: Mapping[str, int]
    revision: int = 0
    form: SourceForm | None = None
    levels: AudioLevels | None = None

    @property
    def folder(self) -> str:
        """The prefix in the store of all renditions, those of earlier contents included."""
        return folder_of(self.account, self.id)

    def key(self, rendition: Rendition) -> str:
        """The key of a rendition in the store."""
        return f"{self.folder}{self.source[:32]}.{rendition}"

    @property
    def clip(self) -> Clip:
        """The file as a provider plays it."""
        return Clip(self.key(Rendition.WAV), self.seconds)


@dataclass(frozen=True, slots=True)
class AudioUpload:
    """An expected file, which the client puts into the store; it becomes an audio file with the same id."""

    account: str
    id: str
    name: str
    user_id: str
    size: int
    created_at: datetime
    pcm: Pcm = TELEPHONE
    treatment: Treatment = DEFAULT_TREATMENT

    @property
    def key(self) -> str:
        """The key in the store for the client's bytes."""
        return original_key(self.account, self.id)


def source_of(data: bytes, pcm: Pcm, treatment: Treatment = DEFAULT_TREATMENT) -> str:
    """A digest of the received bytes, of their format, and of what is done to them: 64 hex digits."""
    digest = hashlib.sha256(data)
    digest.update(f"\n{pcm.rate} {pcm.channels} {pcm.encoding} {pcm.told}".encode())
    if treatment != DEFAULT_TREATMENT:
        digest.update(f"\n{treatment.loudness} {treatment.trim} {treatment.quiet}".encode())
    return digest.hexdigest()


def audio_id(account: str, name: str, source: str, turn: int = 0) -> str:
    """The id of a file, derived from name and content: a repeated upload has the same id."""
    return str(uuid5(IDS, f"{account}\n{name}\n{source}\n{turn}"))


def original_key(account: str, id_: str) -> str:
    """The key in the store of received bytes until their conversion; what stays there is deleted after a day."""
    return f"originals/{account}/{id_}"


def folder_of(account: str, id_: str) -> str:
    """The prefix in the store of a file's renditions."""
    return f"audio/{account}/{id_}/"


def is_id(text: str) -> bool:
    """Whether the text can be the id of a file: a UUID in its usual form."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
