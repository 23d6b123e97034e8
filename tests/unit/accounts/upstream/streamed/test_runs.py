"""Runs take what is due, and leave the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from switchboard.accounts.upstream.model import Standing, Upstream, Way
from switchboard.accounts.upstream.streamed.model import LEASE, OVERDUE, TURN, Bookmark, standing
from switchboard.accounts.upstream.streamed.runs import AT_ONCE, ReadStreams
from tests.fakes.bookmarks import MemoryBookmarks
from tests.fakes.upstreams import MemoryUpstreams
from tests.support.builders import NOON, an_upstream

MINUTE = timedelta(minutes=1)


@dataclass
class Hub:
    """Sources and who reads them; `broken` is one whose reading fails."""

    broken: str = ""
    read: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    upstreams: MemoryUpstreams = field(default_factory=MemoryUpstreams)
    bookmarks: MemoryBookmarks = field(default_factory=MemoryBookmarks)

    def source(self, id_: str, since: datetime | None = None, by: Way = Way.STREAM) -> None:
        """One that is read since then by somebody who lives, or by nobody."""
        self.upstreams.add(an_upstream(source=id_, by=by))
        if since:
            self.bookmarks.save(Bookmark("acme", id_, "reader", since, NOON + LEASE))

    def run(self) -> int:
        return ReadStreams(self.upstreams, self.bookmarks, self.one, self.fail, lambda: NOON)(lambda: False)

    def one(self, source_id: str, _is_over: Callable[[], bool], _turn: timedelta) -> None:
        if source_id == self.broken:
            raise RuntimeError("a bug")
        self.read.append(source_id)

    def fail(self, upstream: Upstream, error: Exception) -> None:
        self.failed.append((upstream.source, type(error).__name__))


def test_a_hub_without_streams_reads_none() -> None:
    """Sources that are connected by a hook are another's affair."""
    hub = Hub()
    hub.source("s-hook", by=Way.HOOK)
    assert (hub.run(), hub.read) == (0, [])


def test_what_nobody_reads_is_read() -> None:
    """And what somebody has read for a turn."""
    hub = Hub()
    hub.source("s-new")
    hub.source("s-old", NOON - TURN)
    assert (hub.run(), sorted(hub.read)) == (2, ["s-new", "s-old"])


def test_what_somebody_reads_is_left_to_them() -> None:
    """While nothing else is due."""
    hub = Hub()
    hub.source("s-read", NOON - 9 * MINUTE)
    assert (hub.run(), hub.read) == (0, [])


def test_a_run_that_reads_one_reads_them_all() -> None:
    """So that there is one run, and not one for each source; but for what has only just been begun."""
    hub = Hub()
    for name, minutes in (("s-new", 0), ("s-read", 5), ("s-begun", 0.5)):
        hub.source(name, NOON - minutes * MINUTE if minutes else None)
    assert (hub.run(), sorted(hub.read)) == (2, ["s-new", "s-read"])


def test_a_run_has_an_end_to_what_it_takes() -> None:
    """What is due comes first, and the rest is due for the next."""
    hub = Hub()
    for number in range(AT_ONCE):
        hub.source(f"s-read-{number}", NOON - 5 * MINUTE)
    hub.source("s-new")
    assert hub.run() == AT_ONCE
    assert "s-new" in hub.read


def test_one_streams_trouble_is_no_others() -> None:
    """It is told."""
    hub = Hub(broken="s-a")
    for name in ("s-a", "s-b"):
        hub.source(name)
    assert (hub.run(), hub.read, hub.failed) == (2, ["s-b"], [("s-a", "RuntimeError")])


@pytest.mark.parametrize(("bookmark", "now", "state"), [
    (None, NOON, Standing.CONNECTING),
    (None, NOON + OVERDUE, Standing.UNCHECKED),
    (Bookmark("acme", "s"), NOON, Standing.CONNECTING),
    (Bookmark("acme", "s", until=NOON, state=Standing.FORBIDDEN), NOON + MINUTE, Standing.FORBIDDEN),
    (Bookmark("acme", "s", until=NOON, state=Standing.CONNECTED), NOON + OVERDUE, Standing.UNCHECKED),
])  # fmt: skip
def test_a_stream_that_nobody_comes_to_read_is_a_trouble_of_our_own(
    bookmark: Bookmark | None, now: datetime, state: Standing
) -> None:
    """After a while; until then it stands as its last reader left it."""
    assert standing(bookmark, NOON, now) is state
