"""A stream is held from the moment of connecting to the first reader's connection."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from threading import Event, Thread
from typing import Any

import pytest

from switchboard.accounts.model import Source
from switchboard.accounts.upstream.model import ConnectRequest, EventTransport, UpstreamState
from switchboard.accounts.upstream.streamed.hold import HoldStream, read_beginning
from switchboard.accounts.upstream.streamed.manager import StreamManager
from switchboard.accounts.upstream.streamed.model import LEASE
from switchboard.dialects.vendor_requests import VendorRequest
from switchboard.net.guard import Guard
from switchboard.net.resolver import Resolver
from switchboard.net.session import vetted_session
from switchboard.net.vendor_streams import VendorStreams
from tests.support.builders import a_source
from tests.support.receiver import receiving
from tests.unit.accounts.upstream.streamed.test_handover import TURN, PbxClient
from tests.unit.accounts.upstream.streamed.world import ID, Step, World

SOURCE = a_source(ID, dialect="sprecord")
REQUEST = ConnectRequest("https://pbx.example", "token", "", by=EventTransport.STREAM)


def data(number: int) -> bytes:
    """The bytes of an event without an id."""
    return b'data: {"number": %d}\n\n' % number


class Office(World):
    """A world whose first connection is made by the manager; `started` counts the readers."""

    def connect(self, *steps: Step, is_started: bool = True) -> int:
        self.upstreams.remove(self.upstreams.get(ID))  # type: ignore[arg-type]
        started: list[bool] = []

        def start_reader() -> bool:
            started.append(is_started)
            return is_started

        @contextmanager
        def listen(*_: Any) -> Iterator[Iterator[bytes]]:
            yield self.pieces(list(steps))

        hold = HoldStream(self.bookmarks, self.receive, start_reader, self.pause, self.report, self.clock)
        StreamManager(self.upstreams, self.bookmarks, self.vault, listen, hold, self.clock).connect(SOURCE, REQUEST)
        return len(started)

    def be_read(self) -> None:
        """Let a reader connect and take the stream."""
        lives = {"reader": "r-1", "since": self.now, "until": self.now + LEASE, "state": UpstreamState.CONNECTED}
        self.bookmarks.save(replace(self.bookmark, **lives))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pieces", "position", "events"),
    [
        ([b"", b""], "", 0),
        ([b": hello\n\n"], "", 0),
        ([b"id: 5\n\n"], "5", 0),
        ([b"id: 5\n\n" + data(6)], "5", 1),
        ([data(1) + data(2)], "", 2),
        ([b"id: 7\n" + data(1) + b"id: 8\n" + data(2)], "", 2),
        ([b"", data(1)[:9]], "", 0),
    ],
    ids=str,
)
def test_the_beginning_of_a_stream(pieces: list[bytes], position: str, events: int) -> None:
    """The position is the id before the first event: an event that is not queued must be read again."""
    found = read_beginning(iter(pieces))
    assert (found.position, len(found.events)) == (position, events)


def test_events_before_the_first_reader_are_queued() -> None:
    """From the first piece on, also cut anywhere; the hold ends when a reader is connected."""
    office = Office()
    steps: list[Step] = [data(1) + data(2)[:8], data(2)[8:], 3.0, data(3), office.be_read, data(4), data(5)]
    assert office.connect(*steps) == 1
    assert office.stored == [1, 2, 3, 4]


def test_a_stream_with_ids_is_not_held() -> None:
    """Its reader asks the PBX for what it missed."""
    office = Office()
    assert office.connect(b"id: 5\n\n", b"id: 6\n" + data(6)) == 0
    assert (office.stored, office.bookmark.last_id) == ([], "5")


def test_without_a_reader_the_hold_ends() -> None:
    """In time for the answer; at once if none was started, with the events that came."""
    office = Office()
    office.connect(60.0, data(1))
    assert office.stored == []
    assert (office.clock() - replace(World()).now).total_seconds() < 20
    office = Office()
    office.connect(data(1), data(2), is_started=False)
    assert office.stored == [1]


def test_a_held_event_is_queued_when_the_queue_is_back() -> None:
    """An event that can never be one is left out and reported."""
    office = Office(broken=2)
    office.connect(data(1) + b'data: {"number": 2, "large": 1}\n\n' + data(3), office.be_read, b"")
    assert office.stored == [1, 3]
    assert office.told == ["not_stored: ConnectionError"] * 2 + ["left_out"]


def test_nothing_is_lost_from_connecting_on() -> None:
    """Over real sockets: a PBX without ids counts from the first connection on, and every number is queued."""
    pbx, world, stored, over = PbxClient(), World(), list[int](), Event()
    world.upstreams.remove(world.upstreams.get(ID))  # type: ignore[arg-type]
    streams = VendorStreams(lambda: vetted_session(Guard(Resolver(), allow_private=True)))

    def receive(_: Source, text: str) -> None:
        stored.append(json.loads(text)["number"])

    with receiving(pbx.behave) as vendor:
        url = f"http://127.0.0.1:{vendor.port}"

        def listen(*_: object) -> AbstractContextManager[Iterator[bytes]]:
            return streams.listen(url, VendorRequest("GET", ("/sys/events",)))

        clock = partial(datetime.now, UTC)
        real: Any = {"listen": listen, "receive": receive, "pause": over.wait, "clock": clock}
        run = Thread(target=replace(world.reader(), **real), args=(ID, over.is_set, TURN), daemon=True)

        def start_reader() -> bool:
            run.start()
            return True

        hold = HoldStream(world.bookmarks, receive, start_reader, over.wait, world.report, clock)
        pbx.clock.start()
        StreamManager(world.upstreams, world.bookmarks, world.vault, listen, hold, clock).connect(SOURCE, REQUEST)
        held = pbx.number
        over.wait(0.1)
        over.set()
        run.join(10)
        pbx.ended.set()
    assert sorted(set(stored)) == list(range(min(stored), max(stored) + 1))
    assert (min(stored) < held, max(stored) > held, vendor.connections) == (True, True, 2)
