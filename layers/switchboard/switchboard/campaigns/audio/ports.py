"""Ports of audio files: converter, rows, store of bytes, and speech."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from switchboard.kernel.campaign_audio import (
    DEFAULT_TREATMENT,
    TELEPHONE,
    AudioFile,
    AudioLevels,
    AudioUpload,
    Pcm,
    Rendition,
    SourceForm,
    Treatment,
)


@dataclass(frozen=True, slots=True)
class RawAudio:
    """Received audio: its bytes in pieces, its name, the format of headerless samples, and what to do to the sound."""

    pieces: Iterable[bytes]
    name: str
    pcm: Pcm = TELEPHONE
    treatment: Treatment = DEFAULT_TREATMENT


@dataclass(frozen=True, slots=True)
class ConvertedAudio:
    """A converted file: the original's media type, the length, and files that exist until the context ends.

    `form` is what the original was read as, `levels` how loud the original and the renditions are.
    """

    kind: str
    seconds: float
    renditions: Mapping[Rendition, Path]
    form: SourceForm | None = None
    levels: AudioLevels | None = None


@dataclass(frozen=True, slots=True)
class ConversionOrder:
    """A conversion in the store: the key of the original, its name and format, and the key of each rendition."""

    original: str
    name: str
    pcm: Pcm
    treatment: Treatment
    renditions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ConvertedFile:
    """What was stored: the original's media type, the length, and the bytes of each rendition."""

    kind: str
    seconds: float
    sizes: Mapping[str, int]
    form: SourceForm | None = None
    levels: AudioLevels | None = None


@dataclass(frozen=True, slots=True)
class ConversionAnswer:
    """The answer of another function: the converted file, or the code and message of the file's fault."""

    made: ConvertedFile | None = None
    fault: str = ""
    message: str = ""


class Conversion(Protocol):
    """Converts an original in the store to renditions in the store."""

    def __call__(self, order: ConversionOrder) -> ConvertedFile:
        """Convert within bounded time and memory. Raises Invalid and UnsupportedMedia with the file's fault."""


class Converter(Protocol):
    """Converts audio of any common format to the renditions."""

    def convert(self, raw: RawAudio) -> AbstractContextManager[ConvertedAudio]:
        """Convert within bounded time and memory. Raises Invalid and UnsupportedMedia with the file's fault."""


class AudioFiles(Protocol):
    """The table of audio files and of expected uploads."""

    def get(self, account: str, id_: str) -> AudioFile | None:
        """Return the account's file as of the last write; None if there is none."""

    def add(self, file: AudioFile) -> bool:
        """Insert a file. Return False and write nothing if the id exists."""

    def save(self, before: AudioFile, after: AudioFile) -> bool:
        """Compare and set: write `after`. Return False and write nothing if the stored file is not `before`."""

    def remove(self, account: str, id_: str, now: datetime) -> None:
        """Delete a file. A repeat changes nothing. Raises Conflict if the file is held at `now`."""

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[AudioFile], str | None]:
        """Return a page of an account's files by id, and the next cursor."""

    def expect(self, upload: AudioUpload) -> None:
        """Store an expected upload for a day."""

    def expected(self, account: str, id_: str) -> AudioUpload | None:
        """Return the account's expected upload; None if there is none."""


class AudioStore(Protocol):
    """The object store of audio bytes."""

    def put(self, key: str, content_type: str, file: Path) -> None:
        """Write or replace an object."""

    def put_original(self, key: str, data: bytes) -> None:
        """Write or replace an object that waits for its conversion."""

    def read(self, key: str, first: int, last: int) -> Iterator[bytes]:
        """Read the bytes `first` to `last`, both included. Raises NotFound if the object is gone."""

    def size(self, key: str) -> int | None:
        """The size of an object in bytes; None if there is none."""

    def keep_only(self, folder: str, keys: Iterable[str]) -> None:
        """Delete the objects under a prefix, except `keys`."""

    def upload_link(self, key: str, size: int) -> str:
        """Return a presigned URL for an upload of exactly `size` bytes, valid for 15 minutes."""


class AudioInUse(Protocol):
    """Tells whether an active campaign plays a file."""

    def __call__(self, account: str, audio_id: str) -> bool: ...


class Speaker(Protocol):
    """Text to speech."""

    def speak(self, text: str, voice: str) -> bytes:
        """Return a WAV file. An empty voice means the default voice. Raises Invalid for an unknown voice."""
