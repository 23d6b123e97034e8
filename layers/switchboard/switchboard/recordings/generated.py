"""Generated recordings, for a telephony without real ones: a file as long as the talk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from switchboard.recordings.model import Recording
from switchboard.recordings.ports import NeverAvailable, SourceFile

UNTOLD = 5.0  # seconds, if the talk's duration is unknown


@dataclass(frozen=True, slots=True)
class GeneratedRecordings:
    """Port Opener for a telephony's own scheme; `make` yields the bytes of a file of so many seconds.

    Only recordings of `source`, the telephony itself, are opened: another source's event cannot name such a file.
    """

    source: str
    make: Callable[[float], Iterable[bytes]]

    @contextmanager
    def open(self, recording: Recording) -> Iterator[SourceFile]:
        """Open a file as long as the talk. Raises NeverAvailable for another source."""
        if recording.source != self.source:
            raise NeverAvailable("unknown_scheme")
        yield SourceFile(self.make(recording.talk_duration or UNTOLD))
