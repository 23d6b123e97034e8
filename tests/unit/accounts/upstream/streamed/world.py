"""A PBX that records its connections, a queue, and a clock that advances during waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from switchboard.accounts.model import Source
from switchboard.accounts.upstream.model import EventTransport, Upstream
from switchboard.accounts.upstream.streamed.model import JUST_NOW, Bookmark
from switchboard.accounts.upstream.streamed.read_stream import ReadPbxStream
from switchboard.errors import ProviderRefused, Refusal, TooLarge
from switchboard.kernel.event_bodies import event_in
from tests.fakes.accounts import MemorySources
from tests.fakes.bookmarks import MemoryBookmarks
from tests.fakes.upstreams import MemoryUpstreams
from tests.fakes.vault import MemoryVault
from tests.support.builders import NOON, a_source, an_upstream

ID = "s-office"
Step = bytes | float | Callable[[], object]
"""What comes in; how many seconds nothing does; what happens meanwhile."""


def said(number: int, **fields: Any) -> bytes:
    """The bytes of one event with its id."""
    return f"id: {number}\ndata: {json.dumps({'number': number, **fields})}\n\n".encode()


@dataclass
class World:
    """`connections` are the events or the refusal of each connection in turn; after the last one the run is over."""

    connections: list[list[Step] | Exception] = field(default_factory=list)
    now: datetime = NOON
    stored: list[Any] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    broken: int = 0
    waited: float = 0.0
    done: bool = False
    ends: datetime = NOON + timedelta(minutes=14)

    def __post_init__(self) -> None:
        self.sources, self.upstreams = MemorySources(), MemoryUpstreams()
        self.bookmarks, self.vault = MemoryBookmarks(), MemoryVault()
        self.sources.add(a_source(ID, dialect="sprecord"))
        token = self.vault.seal("acme", "token")
        self.upstreams.add(an_upstream(source=ID, token=token, by=EventTransport.STREAM))

    def read(self, turn: timedelta = JUST_NOW) -> None:
        """Run one reader."""
        self.done = not self.connections
        self.reader()(ID, self.is_over, turn)

    def reader(self) -> ReadPbxStream:
        return ReadPbxStream(
            self.sources, self.upstreams, self.bookmarks, self.vault,
            self.listen, self.receive, self.pause, self.report, self.clock,
        )  # fmt: skip

    @property
    def bookmark(self) -> Bookmark:
        found = self.bookmarks.get(ID)
        assert found is not None
        return found

    @contextmanager
    def listen(self, _: str, __: Upstream, token: str, last_id: str) -> Iterator[Iterator[bytes]]:
        self.asked.append((token, last_id))
        connection = self.connections.pop(0)
        if isinstance(connection, Exception):
            self.done = not self.connections
            raise connection
        yield self.pieces(connection)

    @contextmanager
    def listen_to(self, steps: list[Step]) -> Iterator[Iterator[bytes]]:
        """Make a second connection."""
        yield self.pieces(steps)

    @contextmanager
    def refuse(self, refusal: Refusal) -> Iterator[Iterator[bytes]]:
        """Refuse a second connection."""
        raise ProviderRefused("no", refusal)
        yield

    def pieces(self, steps: list[Step]) -> Iterator[bytes]:
        for step in steps:
            if isinstance(step, bytes):
                yield step
            elif isinstance(step, float):
                yield from self.silence(step)
            else:
                step()
        self.done = not self.connections

    def silence(self, seconds: float) -> Iterator[bytes]:
        for _ in range(int(seconds)):
            self.now += timedelta(seconds=1)
            yield b""

    def receive(self, source: Source, data: str) -> None:
        assert source.id == ID
        body = event_in(data.encode(errors="surrogateescape"), {}, 64 * 1024)
        if "large" in body:
            raise TooLarge("no row could hold it")
        if self.broken:
            self.broken -= 1
            raise ConnectionError("no queue")
        self.stored.append(body["number"])

    def pause(self, seconds: float) -> None:
        self.waited += seconds
        self.now += timedelta(seconds=seconds)

    def report(self, _: str, what: str) -> None:
        self.told.append(what)

    def is_over(self) -> bool:
        return self.done or self.now >= self.ends

    def clock(self) -> datetime:
        return self.now
