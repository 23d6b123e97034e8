"""Ports of uploading recordings to CRMs: recordings, their bytes, and the sender of forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from switchboard.recordings.model import Recording


class KeptRecordings(Protocol):
    """Reads recordings."""

    def get(self, recording_id: str) -> Recording | None: ...


class RecordingBytes(Protocol):
    """Reads the bytes of recordings."""

    def read(self, key: str, first: int, last: int) -> Iterator[bytes]:
        """Yield the bytes from `first` to `last`, both included, in small pieces. Raises NotFound."""


@dataclass(frozen=True, slots=True)
class FormUpload:
    """A form with one file. `field` is the form's field, `name` the file's name; `size` is in bytes."""

    url: str
    headers: Mapping[str, str]
    field: str
    name: str
    content_type: str
    size: int
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class UploadAnswer:
    """The answer to an upload. Without an answer `status` is None, and `error` is the reason."""

    status: int | None
    text: str = ""
    error: str = ""
    retry_after: str | None = None


class FormSender(Protocol):
    """Sends forms. Failures of the receiver are answers, not exceptions."""

    def send(self, upload: FormUpload) -> UploadAnswer: ...
