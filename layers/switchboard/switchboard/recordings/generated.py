"""Recordings that are made on the spot, by telephony that has none: as long as the talk was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from switchboard.recordings.model import Recording
from switchboard.recordings.ports import NeverAvailable, SourceFile

UNTOLD = 5.0  # seconds, where nobody said how long it lasted


@dataclass(frozen=True, slots=True)
class GeneratedRecordings:
    """Port Opener for a scheme of telephony's own; `make` gives a file of so many seconds, piece by piece.

    It is read for `source`, that telephony, alone: another's event that names such a reference names nothing.
    """

    source: str
    make: Callable[[float], Iterable[bytes]]

    @contextmanager
    def open(self, recording: Recording) -> Iterator[SourceFile]:
        """A file of the length of the talk."""
        if recording.source != self.source:
            raise NeverAvailable("unknown_scheme")
        yield SourceFile(self.make(recording.talk_duration or UNTOLD))
