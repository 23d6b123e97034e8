"""Recordings around fakes, with a clock that is set by hand and a source that says what it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.recordings.copy import CopyToStore
from switchboard.recordings.fetch import FetchRecording, Schedule
from switchboard.recordings.measure import measured
from switchboard.recordings.model import Recording
from switchboard.recordings.ports import ENDLESS, SourceFile, Storage
from tests.fakes.operations import MemoryOperations
from tests.fakes.queues import MemoryEventQueue
from tests.fakes.recordings import MemoryFetches, MemoryRecordings, MemoryStore
from tests.support.audio import mp3_of
from tests.support.builders import NOON

AUDIO = mp3_of(12)


class Crash(BaseException):
    """The worker is killed."""


@dataclass(slots=True)
class Source:
    """Port Opener: audio, or an error. `opened` counts."""

    says: bytes | BaseException = AUDIO
    opened: int = 0

    @contextmanager
    def open(self, recording: Recording) -> Iterator[SourceFile]:  # noqa: ARG002 - the port's
        self.opened += 1
        if isinstance(self.says, BaseException):
            raise self.says
        yield SourceFile([self.says], len(self.says))


@dataclass(slots=True)
class World:
    """All of it, and the use case that fetches."""

    recordings: MemoryRecordings = field(default_factory=MemoryRecordings)
    store: MemoryStore = field(default_factory=MemoryStore)
    workflows: MemoryFetches = field(default_factory=MemoryFetches)
    queue: MemoryEventQueue = field(default_factory=MemoryEventQueue)
    operations: MemoryOperations = field(default_factory=MemoryOperations)
    source: Source = field(default_factory=Source)
    now: datetime = NOON
    schedule: tuple[float, ...] = (15.0, 30.0, 60.0)
    storage: Storage = ENDLESS

    def clock(self) -> datetime:
        return self.now

    @property
    def fetch(self) -> FetchRecording:
        return FetchRecording(
            recordings=self.recordings,
            workflows=self.workflows,
            store=self.store,
            copy=CopyToStore(self.store, measured),
            openers={"https": self.source, "simulator": self.source},
            retention=lambda account: {"acme": 90}.get(account, 365),
            schedule=Schedule(self.schedule),
            queue=self.queue,
            operations=self.operations,
            clock=self.clock,
            storage=self.storage,
        )
