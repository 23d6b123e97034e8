"""What audio files need from the outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from switchboard.kernel.campaign_audio import TELEPHONE, AudioFile, Pcm, Rendition, Upload


@dataclass(frozen=True, slots=True)
class Raw:
    """What came: its bytes in pieces, the name that it is to have, and how to read it if it is samples alone."""

    pieces: Iterable[bytes]
    name: str
    pcm: Pcm = TELEPHONE


@dataclass(frozen=True, slots=True)
class Converted:
    """What was made of a file: the media type of what came, its length, and files that last until the context ends."""

    kind: str
    seconds: float
    renditions: Mapping[Rendition, Path]


class Converter(Protocol):
    """Makes audio of whatever comes what a telephone plays."""

    def convert(self, raw: Raw) -> AbstractContextManager[Converted]:
        """Within bounded time and memory; Invalid and UnsupportedMedia say what is wrong with the file."""


class AudioFiles(Protocol):
    """The rows of files and of uploads."""

    def get(self, account: str, id_: str) -> AudioFile | None:
        """The account's file as of the last write."""

    def add(self, file: AudioFile) -> bool:
        """Keep a new one; False where there is one of this id, which stays as it is."""

    def save(self, before: AudioFile, after: AudioFile) -> bool:
        """Write one; False where it is no longer as it was read."""

    def remove(self, account: str, id_: str, now: datetime) -> None:
        """Forget one; one that is not there is as good as forgotten. Conflict where it is held at `now`."""

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[AudioFile], str | None]:
        """An account's, in the order of their ids, a page at a time."""

    def expect(self, upload: Upload) -> None:
        """Keep that a file will be uploaded, for a day."""

    def expected(self, account: str, id_: str) -> Upload | None:
        """The account's upload of this id."""


class AudioStore(Protocol):
    """Where the bytes are."""

    def put(self, key: str, content_type: str, file: Path) -> None:
        """Keep a file under a key; what was there is replaced."""

    def read(self, key: str, first: int, last: int) -> Iterator[bytes]:
        """The bytes from the first to the last, both included; NotFound where it is gone."""

    def size(self, key: str) -> int | None:
        """The size of what is there; None where nothing is."""

    def keep_only(self, folder: str, keys: Iterable[str]) -> None:
        """Remove what is under a folder, but for these."""

    def upload_link(self, key: str, size: int) -> str:
        """An address to which anybody may put so many bytes, for a quarter of an hour."""


class InUse(Protocol):
    """Tells whether a campaign that is not over plays a file."""

    def __call__(self, account: str, audio_id: str) -> bool: ...


class Speaker(Protocol):
    """Speaks a text."""

    def speak(self, text: str, voice: str) -> bytes:
        """A WAV file. An empty voice is the speaker's own choice; Invalid for a voice that it does not have."""
