"""An audio file of a campaign (section 3.1), and one that is on its way.

Lengths are seconds, sizes bytes, times aware and in UTC.
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
    """A form in which a file is kept. Both are mono, of 8000 samples a second."""

    ALAW = "alaw"  # G.711 A-law without a header
    WAV = "wav"  # 16 bits linear, as Asterisk and Chime play it


CONTENT_TYPES = {Rendition.ALAW: "audio/PCMA", Rendition.WAV: "audio/wav"}


@dataclass(frozen=True, slots=True)
class Pcm:
    """How samples without a header are to be read (ruling cato 7). `told` is whether somebody said so."""

    rate: int = 8000
    channels: int = 1
    encoding: str = "s16le"
    told: bool = False


TELEPHONE = Pcm()


@dataclass(frozen=True, slots=True)
class AudioFile:
    """A file that is kept. `source` is the digest of what came, and names the bytes that were made of it.

    `kind` is the media type of what came. `revision` counts the changes; `sizes` are those of the renditions.
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

    @property
    def folder(self) -> str:
        """Where all its bytes are in the store, those of earlier contents too."""
        return folder_of(self.account, self.id)

    def key(self, rendition: Rendition) -> str:
        """Where the bytes of a rendition are in the store."""
        return f"{self.folder}{self.source[:32]}.{rendition}"

    @property
    def clip(self) -> Clip:
        """The file as a provider plays it."""
        return Clip(self.key(Rendition.WAV), self.seconds)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a client sends to the store itself, and that is made an audio file of the same id after that."""

    account: str
    id: str
    name: str
    user_id: str
    size: int
    created_at: datetime
    pcm: Pcm = TELEPHONE

    @property
    def key(self) -> str:
        """Where the client puts it."""
        return f"uploads/{self.account}/{self.id}"


def source_of(data: bytes, pcm: Pcm) -> str:
    """The digest of what came and of how it is to be read: 64 hex digits."""
    digest = hashlib.sha256(data)
    digest.update(f"\n{pcm.rate} {pcm.channels} {pcm.encoding} {pcm.told}".encode())
    return digest.hexdigest()


def audio_id(account: str, name: str, source: str, turn: int = 0) -> str:
    """The id of a file: the same name with the same bytes is the same file, however often it comes."""
    return str(uuid5(IDS, f"{account}\n{name}\n{source}\n{turn}"))


def folder_of(account: str, id_: str) -> str:
    """Where the bytes of a file are."""
    return f"audio/{account}/{id_}/"


def is_id(text: str) -> bool:
    """Whether this can be the id of a file, which are all UUIDs as they are commonly written."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
