"""The ports of recordings: source, store, table, workflows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from switchboard.errors import SwitchboardError
from switchboard.recordings.model import Recording, RecordingState


class NotYetAvailable(SwitchboardError):
    """The file is not available yet. `retry_after` is seconds, if the source gave a time."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class NeverAvailable(SwitchboardError):
    """The file cannot be fetched by this reference; another attempt is useless."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file being read from its source. `size` is the announced size in bytes, or None."""

    chunks: Iterable[bytes]
    size: int | None = None


class RecordingOpener(Protocol):
    """Opens references of one scheme. Opening and reading raise NotYetAvailable and NeverAvailable."""

    def open(self, recording: Recording) -> AbstractContextManager[SourceFile]: ...


class SourceCredentials(Protocol):
    """The credentials that fetching sends to a source."""

    def headers_for(self, account: str, source: str, url: str) -> Mapping[str, str]:
        """Return `Authorization` if the URL has the same origin as the source's API, else no headers."""


class PartsUpload(Protocol):
    """An object being written in parts. The object is invisible before `complete`."""

    def part(self, data: bytes) -> None: ...
    def complete(self) -> None: ...
    def abort(self) -> None: ...


class Storage(Protocol):
    """The stored bytes of each account, and its limit."""

    def is_full(self, account: str) -> bool:
        """Whether the account stores as many bytes as it may."""

    def add(self, account: str, size: int, until: date) -> None:
        """Count bytes that are kept until a day (UTC); a negative size takes bytes back."""


class EndlessStorage:
    """Null object for the port Storage."""

    def is_full(self, account: str) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def add(self, account: str, size: int, until: date) -> None:
        """Count nothing."""


ENDLESS = EndlessStorage()


class RecordingStore(Protocol):
    """The store of the files."""

    def begin(self, key: str, content_type: str, days: int) -> PartsUpload:
        """Begin an object that is kept for `days` days. Every part but the last has at least 5 MiB."""

    def read(self, key: str, first: int, last: int) -> Iterator[bytes]:
        """Yield the bytes `first` to `last`, both included, in small pieces. Raises NotFound if the object is gone."""

    def link(self, key: str, content_type: str, disposition: str) -> str:
        """Return a presigned URL that opens the object for five minutes."""

    def remove(self, key: str) -> None:
        """Remove an object; do nothing if absent."""


class Recordings(Protocol):
    """The rows. Every write is conditional on the row that was read (optimistic lock)."""

    def add(self, recording: Recording) -> bool:
        """Insert if absent; return False, and change nothing, if the id exists."""

    def get(self, recording_id: str) -> Recording | None:
        """Return the recording, read consistently."""

    def number(self, recording: Recording, number: int) -> None:
        """Map a record number to the recording's call; an existing mapping wins."""

    def call_of(self, account: str, number: str) -> str | None:
        """Return the id of the call with this record number in the account, or None."""

    def save(self, before: Recording, after: Recording) -> bool:
        """Write `after` if state, part, generation and lease are still those of `before`; return False otherwise."""

    def overdue(self, since: datetime) -> list[Recording]:
        """Return the recordings of all accounts whose `next_at` is before `since`."""

    def listed(
        self, account: str, state: RecordingState | None, limit: int, cursor: str | None
    ) -> tuple[list[Recording], str | None]:
        """Return a page of an account's recordings, newest first, and the cursor of the next page."""


class FetchWorkflows(Protocol):
    """The workflows that fetch recordings, one for each `part`."""

    def fetch(self, recording: Recording, wait: float) -> None:
        """Start the workflow of the recording's part after `wait` seconds. Do nothing if it was started before."""


class OperatorLog(Protocol):
    """The log of events that an operator should see."""

    def tell(self, name: str, details: Mapping[str, object]) -> None: ...


@dataclass(frozen=True, slots=True)
class MeasuredAudio:
    """Whole seconds of the audio that is present, None if unknown; and whether that is all that the file declares."""

    seconds: int | None
    is_complete: bool = True


class MeasureAudio(Protocol):
    """Measure audio by the ends of its file."""

    def __call__(self, sample: FileEnds, content_type: str) -> MeasuredAudio: ...


@dataclass(frozen=True, slots=True)
class FileEnds:
    """The first and the last bytes of a file of `size` bytes. A short file is all head."""

    head: bytes
    tail: bytes
    size: int
