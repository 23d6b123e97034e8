"""What recordings need from the outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.errors import SwitchboardError
from switchboard.recordings.model import Recording, RecordingState


class NotYetAvailable(SwitchboardError):
    """It cannot be had now, and may be later: after `retry_after` seconds, where the other side says so."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class NeverAvailable(SwitchboardError):
    """It cannot be had by this reference, however often one asks."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A recording being read where it comes from. `size` is what it is said to be, None where nothing is said."""

    chunks: Iterable[bytes]
    size: int | None = None


class RecordingOpener(Protocol):
    """Reads recordings of one scheme of references; raises NotYet and Never, while it is read too."""

    def open(self, recording: Recording) -> AbstractContextManager[SourceFile]: ...


class SourceCredentials(Protocol):
    """What a source is shown when its recordings are fetched."""

    def headers_for(self, account: str, source: str, url: str) -> Mapping[str, str]:
        """`Authorization` where the URL is of the same origin as the source's own API, else nothing."""


class PartsUpload(Protocol):
    """An object being written in parts; nothing of it is to be seen before `complete`."""

    def part(self, data: bytes) -> None: ...
    def complete(self) -> None: ...
    def abort(self) -> None: ...


class RecordingStore(Protocol):
    """Where the bytes are."""

    def begin(self, key: str, content_type: str, days: int) -> PartsUpload:
        """Begin an object that is kept for so many days. Parts but the last have 5 MiB at least."""

    def read(self, key: str, first: int, last: int) -> Iterator[bytes]:
        """The bytes from the first to the last, both included, in small pieces; NotFound where it is gone."""

    def link(self, key: str, content_type: str, disposition: str) -> str:
        """An address from which anybody may read the object for five minutes."""

    def remove(self, key: str) -> None:
        """Remove an object; one that is not there is as good as removed."""


class Recordings(Protocol):
    """The rows. What is written is written only where the row is still as it was read."""

    def add(self, recording: Recording) -> bool:
        """Keep a new one; False where there is one of this id, which stays as it is."""

    def get(self, recording_id: str) -> Recording | None:
        """The recording as of the last write."""

    def number(self, recording: Recording, number: int) -> None:
        """Have the recording's call found by a number; one that is another call's already stays that."""

    def call_of(self, account: str, number: str) -> str | None:
        """The call whose recording has this number in the account; None where there is none."""

    def save(self, before: Recording, after: Recording) -> bool:
        """Write one; False where state, part, generation or lease are no longer those of `before`."""

    def overdue(self, since: datetime) -> list[Recording]:
        """Those of all accounts whose next attempt should have been before that."""

    def listed(
        self, account: str, state: RecordingState | None, limit: int, cursor: str | None
    ) -> tuple[list[Recording], str | None]:
        """An account's, newest first, a page at a time."""


class FetchWorkflows(Protocol):
    """The workflows that fetch, one for each part of a recording's life."""

    def fetch(self, recording: Recording, wait: float) -> None:
        """Start the recording's part, to begin after `wait` seconds; one that was started before is left alone."""


class OperatorLog(Protocol):
    """Hears of what an operator should know."""

    def tell(self, name: str, details: Mapping[str, object]) -> None: ...


class MeasureDuration(Protocol):
    """Tells the duration of audio from its ends."""

    def __call__(self, sample: FileEnds, content_type: str) -> int | None: ...


@dataclass(frozen=True, slots=True)
class FileEnds:
    """The first and the last bytes of a file of `size`; short files are all head."""

    head: bytes
    tail: bytes
    size: int
