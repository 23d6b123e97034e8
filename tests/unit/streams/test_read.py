"""Reading a stream: from the last message seen, in one of three places, for a limited time."""

from datetime import datetime, timedelta

import pytest

from switchboard.errors import Invalid, TooMany
from switchboard.streams.model import KEPT, StreamMessage
from switchboard.streams.read import LEASE, OpenReading, Reading
from tests.fakes.streams import MemoryStreams
from tests.support.builders import NOON

SECOND = timedelta(seconds=1)
A_CONNECTION = timedelta(minutes=14)


class World:
    """A stream and its clock."""

    def __init__(self) -> None:
        self.now, self.streams = NOON, MemoryStreams()
        self.read = OpenReading(self.streams, self.streams, A_CONNECTION, self.clock)

    def clock(self) -> datetime:
        return self.now

    def happen(self, times: int = 1) -> None:
        for _ in range(times):
            end = self.streams.end("acme")
            self.streams.append("acme", f"key-{end.number}", StreamMessage(end.number + 1, "{}", self.now, end.at))


@pytest.fixture
def world() -> World:
    return World()


def numbers(reading: Reading) -> list[int]:
    found = reading.turn()
    assert found is not None
    return [one.number for one in found]


def test_a_new_reader_begins_with_what_comes(world: World) -> None:
    """Earlier messages are not returned."""
    world.happen(3)
    reading = world.read("acme", "")
    assert (reading.position, numbers(reading)) == (3, [])
    world.happen(2)
    assert [numbers(reading), numbers(reading)] == [[4, 5], []]


def test_a_reader_goes_on_where_it_was(world: World) -> None:
    """Without a gap and without a repeat."""
    world.happen(5)
    assert numbers(world.read("acme", "3")) == [4, 5]


@pytest.mark.parametrize("last_seen", ["9", "999999999999999999"])
def test_a_number_from_beyond_the_end_is_of_another_stream(world: World, last_seen: str) -> None:
    """The reader begins at the end."""
    world.happen(2)
    reading = world.read("acme", last_seen)
    world.happen()
    assert numbers(reading) == [3]


@pytest.mark.parametrize("last_seen", ["-1", "1.5", "abc", "1 ", "٣", "9" * 19, "0x1"])
def test_what_is_no_number_is_refused(world: World, last_seen: str) -> None:
    """The error names the field, and no place is taken."""
    for _ in range(4):
        with pytest.raises(Invalid) as refused:
            world.read("acme", last_seen)
        assert refused.value.field == "Last-Event-ID"
    assert world.read("acme", "")


def test_from_the_first_reader_on_the_stream_is_written(world: World) -> None:
    """Until a day after the last reader has gone."""
    reading = world.read("acme", "")
    world.now += timedelta(minutes=10)
    reading.close()
    writing = world.streams.writing("acme")
    assert writing is not None
    assert (writing.since, writing.until) == (NOON, world.now + KEPT)


def test_a_fourth_reader_has_no_place(world: World) -> None:
    """Until another reader goes; another account has its own places."""
    readings = [world.read("acme", "") for _ in range(3)]
    with pytest.raises(TooMany):
        world.read("acme", "")
    assert world.read("other", "")
    readings[1].close()
    assert world.read("acme", "")


def test_a_reader_that_is_asked_keeps_its_place(world: World) -> None:
    """Each turn renews the lease."""
    readings = [world.read("acme", "") for _ in range(3)]
    for _ in range(10):
        world.now += 9 * SECOND
        assert [reading.turn() for reading in readings] == [[], [], []]
    with pytest.raises(TooMany):
        world.read("acme", "")


def test_the_place_of_a_reader_that_died_is_free_within_half_a_minute(world: World) -> None:
    """A reader that wakes up later has lost its place."""
    dead, *_ = [world.read("acme", "") for _ in range(3)]
    world.now += LEASE
    assert timedelta(seconds=30) > LEASE
    assert world.read("acme", "")
    assert dead.turn() is None
    dead.close()
    assert world.read("acme", "")
    assert world.read("acme", "")
    with pytest.raises(TooMany):
        world.read("acme", "")


def test_a_reading_ends_in_time(world: World) -> None:
    """The last turn returns all new messages."""
    reading = world.read("acme", "")
    while world.now < NOON + A_CONNECTION:
        assert reading.turn() == []
        world.now += 8 * SECOND
    world.happen()
    assert numbers(reading) == [1]
    assert reading.turn() is None


def test_a_reading_is_closed_once(world: World) -> None:
    """Another reader may hold the place afterwards."""
    reading = world.read("acme", "")
    reading.close()
    other = world.read("acme", "", reading.reader)
    reading.close()
    assert other.turn() == []
    world.now += timedelta(seconds=9)
    assert other.turn() == []


def test_where_nobody_tells_of_a_client_that_went_its_place_is_free_in_half_a_minute(world: World) -> None:
    """As on AWS: the reading continues unseen, for a short time."""
    read = OpenReading(world.streams, world.streams, timedelta(seconds=25), world.clock)
    went = [read("acme", "") for _ in range(3)]
    while any(reading.turn() is not None for reading in went):
        world.now += SECOND
    for reading in went:
        reading.close()
    assert world.now - NOON < timedelta(seconds=30)
    assert read("acme", "")
