"""Reading a stream: no event is lost, one reader works at a time, and errors are reported and overcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.accounts.upstream.model import EventTransport, UpstreamState
from switchboard.accounts.upstream.streamed.model import JUST_NOW, LEASE, TURN, Bookmark
from switchboard.accounts.upstream.streamed.server_sent import MOST
from switchboard.errors import ProviderRefused, ProviderSilent, Refusal
from tests.unit.accounts.upstream.streamed.world import ID, World, said

MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """The function dies here."""


def kill() -> None:
    raise Killed


def test_what_comes_in_is_queued_in_its_order() -> None:
    """The next connection continues after the last event."""
    world = World([[said(1), said(2) + said(3)], [said(4)], []])
    world.read()
    assert world.stored == [1, 2, 3, 4]
    assert world.asked == [("token", ""), ("token", "3"), ("token", "4")]
    assert (world.bookmark.last_id, world.bookmark.state) == ("4", UpstreamState.CONNECTED)


def test_the_next_run_goes_on_where_one_was() -> None:
    """The reader before has released its lease, so the next one begins at once."""
    world = World([[said(1)]])
    world.read()
    world.connections = [[said(2)]]
    world.read()
    assert (world.stored, world.asked[-1]) == ([1, 2], ("token", "1"))


@pytest.mark.parametrize("before", [[said(1), kill], [said(1) + b"id: 2\n", kill]])
def test_a_run_that_is_killed_loses_nothing(before: list[bytes | Callable[[], None]]) -> None:
    """Its lease runs out, and the next run may queue some events again."""
    world = World([list(before)])
    with pytest.raises(Killed):
        world.read()
    world.connections = [[said(2)]]
    world.read()
    assert world.stored == [1]
    world.now += LEASE
    world.read()
    assert (world.stored, world.asked[-1]) == ([1, 2], ("token", "1"))


def test_an_id_is_kept_after_its_event_is_stored() -> None:
    """If the reader dies in between, the event is queued again."""
    world = World([[said(1), said(2)]])
    save = world.bookmarks.save

    def dying(bookmark: Bookmark) -> Bookmark:
        if bookmark.last_id == "2":
            raise Killed
        return save(bookmark)

    world.bookmarks.save = dying  # type: ignore[method-assign]
    with pytest.raises(Killed):
        world.read()
    assert (world.stored, world.bookmark.last_id) == ([1, 2], "1")


def test_an_event_that_cannot_be_queued_is_held_until_it_can() -> None:
    """The connection stays open, since a PBX without ids does not repeat events."""
    world = World([[said(1), said(2)]], broken=3)
    world.read()
    assert (world.stored, world.waited >= 3, world.told) == ([1, 2], True, ["not_stored: ConnectionError"] * 3)


def test_where_the_queue_is_gone_the_event_is_asked_for_again() -> None:
    """The next connection begins after the last queued event; the bookmark shows the error."""
    world = World([[said(1), said(2), said(3)], [said(2), said(3)]])
    world.connections[0].insert(1, lambda: setattr(world, "broken", 10))  # type: ignore[union-attr]
    world.read()
    assert (world.stored, world.asked[1]) == ([1, 2, 3], ("token", "1"))
    assert world.bookmark.error == "Events could not be queued."


def test_what_is_not_quite_json_is_queued() -> None:
    """As it is of a webhook."""
    texts = (b'{"number": 1,}', b'{"number": 2', b'[{"number": 3}]', '{"number": "Ж\t"}'.encode("cp1251"), b"number=5")
    world = World([[b"".join(b"id: %d\ndata: %b\n\n" % (place, text) for place, text in enumerate(texts))]])
    world.read()
    assert (world.stored, world.told) == ([1, 2, 3, "Ж\t", "5"], [])


@pytest.mark.parametrize("data", [b"no json", b"[1]", b'"text"', b"[" * 5000, b'{"large": 1}', b"x" * (MOST + 1)])
def test_what_is_no_event_is_passed_over_and_told(data: bytes) -> None:
    """The following event is queued."""
    world = World([[b"id: 1\ndata: " + data + b"\n\n" + said(2)]])
    world.read()
    assert (world.stored, world.told, world.bookmark.last_id) == ([2], ["left_out"], "2")
    assert world.bookmark.error.startswith("An event was dropped")


def test_a_vendor_without_ids_is_read_from_what_comes() -> None:
    """Without a position, a good connection is followed by the next at once."""
    world = World([[b'data: {"number": 1}\n\n', 10.0], [b'data: {"number": 2}\n\n']])
    world.read()
    assert (world.stored, world.asked, world.waited < 1) == ([1, 2], [("token", "")] * 2, True)


def test_who_reads_keeps_the_stream_though_nothing_comes() -> None:
    """The reader renews its lease while the PBX is silent."""
    world = World()

    def another() -> None:
        assert not world.bookmark.is_due(world.now)

    world.connections = [[120.0, another, 120.0, another, said(1)]]
    world.read()
    assert world.stored == [1]


def test_a_run_that_is_over_ends_in_the_middle_of_a_connection() -> None:
    """The reader releases its lease for the next run."""
    world = World([[said(1), 2000.0, said(2)], []])
    world.read()
    assert (world.stored, world.bookmark.is_read(world.now)) == ([1], False)
    assert world.now - world.ends < MINUTE


def test_the_next_reader_is_connected_before_the_one_before_is_gone() -> None:
    """Both readers get the events in between; then the first one stops."""
    world = World()
    later = [said(2), said(3)]

    def next_run() -> None:
        other = replace(world.reader(), listen=lambda *_: world.listen_to(later))
        other(ID, lambda: world.stored[-1:] == [3], TURN)

    world.connections = [[said(1), 601.0, next_run, said(2), said(3), 20.0, said(4)], []]
    world.read()
    assert world.stored == [1, 2, 3, 2]


@pytest.mark.parametrize("turn", [TURN, JUST_NOW])
def test_who_has_only_begun_is_left_in_peace(turn: timedelta) -> None:
    """A second run at the same time reads nothing."""
    world = World()

    def next_run() -> None:
        replace(world.reader(), listen=lambda *_: world.listen_to([said(9)]))(ID, lambda: False, turn)

    world.connections = [[said(1), next_run, said(2)]]
    world.read()
    assert world.stored == [1, 2]


@pytest.mark.parametrize(("error", "state", "within"), [
    (ProviderRefused("no", Refusal.FORBIDDEN), UpstreamState.FORBIDDEN, 61),
    (ProviderRefused("slow", Refusal.TOO_FAST), UpstreamState.UNREACHABLE, 6),
    (ProviderRefused("down", Refusal.UNAVAILABLE), UpstreamState.UNREACHABLE, 2),
    (ProviderSilent("late"), UpstreamState.UNREACHABLE, 2),
])  # fmt: skip
def test_a_refusal_is_told_and_passes(error: Exception, state: UpstreamState, within: float) -> None:
    """The wait before the next connection depends on the reason of the refusal."""
    seen: list[UpstreamState] = []
    world = World([error])
    world.connections.append([lambda: seen.append(world.bookmark.state), said(1)])
    pause, world.pause = world.pause, lambda seconds: (seen.append(world.bookmark.state), pause(seconds))[1]  # type: ignore[method-assign,func-returns-value]
    world.read()
    assert (seen[0], world.stored, world.bookmark.state) == (state, [1], UpstreamState.CONNECTED)
    assert world.waited <= within
    assert (world.bookmark.error, world.bookmark.error_at is not None) == (str(error), True)


def test_a_pbx_that_keeps_refusing_is_asked_less_and_less() -> None:
    """The wait grows to one minute at most."""
    world = World([ProviderRefused("down", Refusal.UNAVAILABLE)] * 1000)
    world.read()
    assert 14 <= len(world.asked) <= 25


def test_a_pbx_that_ends_its_connections_is_asked_again_at_once() -> None:
    """A connection that lasted resets the wait."""
    world = World([[3.0] for _ in range(20)])
    world.read()
    assert (len(world.asked), world.waited) == (20, 0.0)


def test_a_pbx_that_hangs_up_at_once_is_asked_less_and_less() -> None:
    """A very short connection counts as a failure."""
    world = World([[] for _ in range(1000)])
    world.read()
    assert 14 <= len(world.asked) <= 25


def test_a_pbx_that_says_when_to_come_again_is_heeded() -> None:
    """The field `retry` sets the wait, up to one minute."""
    world = World([[b"retry: 7000\n", 3.0], [b"retry: 999999999\n", 3.0], []])
    world.read()
    assert 7 + 60 <= world.waited < 7 + 60 + 2


def test_who_reads_is_not_disturbed_by_one_that_cannot_connect() -> None:
    """The second reader is refused, and the first one keeps its lease."""
    world = World()

    def next_run() -> None:
        other = replace(world.reader(), listen=lambda *_: world.refuse(Refusal.UNAVAILABLE))
        other(ID, lambda: False, TURN)

    world.connections = [[said(1), 601.0, next_run, said(2), 20.0, said(3)]]
    world.read()
    assert world.stored == [1, 2, 3]


@pytest.mark.parametrize("end", ["disconnected", "source_gone", "by_hook"])
def test_a_stream_that_is_to_be_read_no_more_is_not(end: str) -> None:
    """The reader of a removed source stops with its next save."""
    world = World()

    def over() -> None:
        upstream = world.upstreams.get(ID)
        assert upstream
        if end == "by_hook":
            world.upstreams.save(replace(upstream, by=EventTransport.HOOK))
        elif end == "source_gone":
            world.sources.remove(ID)
        else:
            world.upstreams.remove(upstream)
            world.bookmarks.remove(ID)

    world.connections = [[said(1), over, said(2)], [said(3)], []]
    world.read()
    assert world.stored == [1, 2]


def test_a_table_that_is_out_of_order_for_a_moment_ends_no_reading() -> None:
    """The error is reported, and reading continues from the bookmark."""
    world = World([[said(1), said(2)], [said(2), said(3)]])
    save, failing = world.bookmarks.save, [ConnectionError("no table")]

    def out_of_order(bookmark: Bookmark) -> Bookmark:
        if bookmark.last_id == "2" and failing:
            raise failing.pop()
        return save(bookmark)

    world.bookmarks.save = out_of_order  # type: ignore[method-assign]
    world.read()
    assert (world.stored, world.told) == ([1, 2, 2, 3], ["failed: ConnectionError"])
    assert world.asked[-1] == ("token", "1")


def test_credentials_that_cannot_be_opened_are_told() -> None:
    """No connection is made without a token."""
    world = World([[said(1)]])
    upstream = world.upstreams.get(ID)
    assert upstream
    world.upstreams.save(replace(upstream, token="not sealed"))
    world.read()
    assert (world.asked, world.bookmark.state) == ([], UpstreamState.UNREACHABLE)
