"""What giving recordings to CRMs needs from the outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from switchboard.recordings.model import Recording


class Recordings(Protocol):
    """The recordings that the hub keeps."""

    def get(self, recording_id: str) -> Recording | None: ...


class Store(Protocol):
    """Their bytes."""

    def read(self, key: str, first: int, last: int) -> Iterator[bytes]:
        """From the first byte to the last, both included, in small pieces; NotFound where they are gone."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A form with one file: its field, the file's name, type and size (bytes), and its bytes as they are read."""

    url: str
    headers: Mapping[str, str]
    field: str
    name: str
    content_type: str
    size: int
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class UploadAnswer:
    """What came of an upload. `status` is None where no answer came, and `error` says why then."""

    status: int | None
    text: str = ""
    error: str = ""
    retry_after: str | None = None


class Uploads(Protocol):
    """Sends files; never raises for what the other side does."""

    def send(self, upload: Upload) -> UploadAnswer: ...
