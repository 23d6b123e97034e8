"""A run takes the due streams, and leaves the others to their readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from switchboard.accounts.upstream.model import EventTransport, Upstream, UpstreamState
from switchboard.accounts.upstream.streamed.model import LEASE, OVERDUE, TURN, Bookmark, stream_state
from switchboard.accounts.upstream.streamed.read_streams import AT_ONCE, ReadPbxStreams
from tests.fakes.bookmarks import MemoryBookmarks
from tests.fakes.upstreams import MemoryUpstreams
from tests.support.builders import NOON, an_upstream

MINUTE = timedelta(minutes=1)


@dataclass
class Hub:
    """Sources and their readers; reading the source `broken` fails."""

    broken: str = ""
    read: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    upstreams: MemoryUpstreams = field(default_factory=MemoryUpstreams)
    bookmarks: MemoryBookmarks = field(default_factory=MemoryBookmarks)

    def source(self, id_: str, since: datetime | None = None, by: EventTransport = EventTransport.STREAM) -> None:
        """A source whose reader has read since `since`, or a source without a reader."""
        self.upstreams.add(an_upstream(source=id_, by=by))
        if since:
            self.bookmarks.save(Bookmark("acme", id_, "reader", since, NOON + LEASE))

    def run(self) -> int:
        return ReadPbxStreams(self.upstreams, self.bookmarks, self.one, self.fail, lambda: NOON)(lambda: False)

    def one(self, source_id: str, _is_over: Callable[[], bool], _turn: timedelta) -> None:
        if source_id == self.broken:
            raise RuntimeError("a bug")
        self.read.append(source_id)

    def fail(self, upstream: Upstream, error: Exception) -> None:
        self.failed.append((upstream.source, type(error).__name__))


def test_a_hub_without_streams_reads_none() -> None:
    """Sources with a webhook are not read."""
    hub = Hub()
    hub.source("s-hook", by=EventTransport.HOOK)
    assert (hub.run(), hub.read) == (0, [])


def test_what_nobody_reads_is_read() -> None:
    """So is a stream whose reader has had it for a turn."""
    hub = Hub()
    hub.source("s-new")
    hub.source("s-old", NOON - TURN)
    assert (hub.run(), sorted(hub.read)) == (2, ["s-new", "s-old"])


def test_what_somebody_reads_is_left_to_them() -> None:
    """A run without a due stream takes none over."""
    hub = Hub()
    hub.source("s-read", NOON - 9 * MINUTE)
    assert (hub.run(), hub.read) == (0, [])


def test_a_run_that_reads_one_reads_them_all() -> None:
    """One run then reads all streams, except those that another reader has just begun."""
    hub = Hub()
    for name, minutes in (("s-new", 0), ("s-read", 5), ("s-begun", 0.5)):
        hub.source(name, NOON - minutes * MINUTE if minutes else None)
    assert (hub.run(), sorted(hub.read)) == (2, ["s-new", "s-read"])


def test_a_run_has_an_end_to_what_it_takes() -> None:
    """Due streams come first; the others are left to the next run."""
    hub = Hub()
    for number in range(AT_ONCE):
        hub.source(f"s-read-{number}", NOON - 5 * MINUTE)
    hub.source("s-new")
    assert hub.run() == AT_ONCE
    assert "s-new" in hub.read


def test_one_streams_trouble_is_no_others() -> None:
    """The error is reported, and the other streams are read."""
    hub = Hub(broken="s-a")
    for name in ("s-a", "s-b"):
        hub.source(name)
    assert (hub.run(), hub.read, hub.failed) == (2, ["s-b"], [("s-a", "RuntimeError")])


@pytest.mark.parametrize(("bookmark", "now", "state"), [
    (None, NOON, UpstreamState.CONNECTING),
    (None, NOON + OVERDUE, UpstreamState.UNCHECKED),
    (Bookmark("acme", "s"), NOON, UpstreamState.CONNECTING),
    (Bookmark("acme", "s", until=NOON, state=UpstreamState.FORBIDDEN), NOON + MINUTE, UpstreamState.FORBIDDEN),
    (Bookmark("acme", "s", until=NOON, state=UpstreamState.CONNECTED), NOON + OVERDUE, UpstreamState.UNCHECKED),
])  # fmt: skip
def test_a_stream_that_nobody_comes_to_read_is_a_trouble_of_our_own(
    bookmark: Bookmark | None, now: datetime, state: UpstreamState
) -> None:
    """Until a while has passed, the state is the last reader's."""
    assert stream_state(bookmark, NOON, now) is state
