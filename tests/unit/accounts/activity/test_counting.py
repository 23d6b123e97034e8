"""Events are counted in memory, and written every few seconds."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from switchboard.accounts.activity.counting import (
    MOST_NAMES,
    OTHER_NAME,
    WRITTEN_AFTER,
    WRITTEN_FROM,
    CountEvents,
    counts_of,
)
from switchboard.accounts.activity.model import ActivityCounts, hour_of
from switchboard.kernel.call import AppliedEvent, Kind, Outcome
from tests.fakes.source_activity import MemorySourceActivity
from tests.support.builders import NOON, an_event


class World:
    """The follower, with a clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON
        self.rows = MemorySourceActivity()
        self.failures: list[Exception] = []
        self.count = CountEvents(self.rows, ("vpbx",), lambda: self.now, self.failures.append)

    def apply(self, outcome: Outcome = Outcome.ADVANCED, **fields: Any) -> None:
        fields = {"source": "s-1", "dialect": "vpbx", "received_at": self.now, **fields}
        self.count(AppliedEvent(an_event(**fields), None, outcome))

    def counts(self) -> ActivityCounts:
        return sum((one.counts for one in self.rows.hours("s-1", hour_of(NOON))), ActivityCounts())


def test_the_first_event_is_written_at_once_and_those_behind_it_together() -> None:
    """One row for each source and hour, not one for each event."""
    world = World()
    for _ in range(5):
        world.apply()
        world.count.flush()
    assert (world.rows.writes, world.counts().events) == (1, 1)
    world.now += WRITTEN_AFTER
    world.apply()
    world.count.flush()
    assert (world.rows.writes, world.counts().events) == (2, 6)
    assert world.counts().last_event_at == world.now


def test_many_events_are_written_without_waiting() -> None:
    """So that little is lost with a container."""
    world = World()
    for _ in range(WRITTEN_FROM + 1):
        world.apply()
        world.count.flush()
    assert (world.rows.writes, world.counts().events) == (2, WRITTEN_FROM + 1)


def test_unknown_names_are_counted_up_to_a_number() -> None:
    """A row of an hour stays small."""
    world = World()
    for place in range(MOST_NAMES + 7):
        world.apply(kind=Kind.UNKNOWN, name=f"new.{place}" + "x" * 500)
    world.apply(kind=Kind.CALL_STARTED, name="start.call")
    world.count.flush()
    names = world.counts().unknown_names
    assert (len(names), names[OTHER_NAME]) == (MOST_NAMES + 1, 7)
    assert max(map(len, names)) <= 64


def test_repeats_and_the_hub_s_own_events_do_not_count() -> None:
    """Nor what no source has sent."""
    world = World()
    world.apply(Outcome.DUPLICATE)
    world.apply(dialect="hub")
    world.apply(source="")
    world.count.flush()
    assert world.rows.writes == 0


def test_a_table_that_fails_stops_no_event() -> None:
    """The failure is reported."""
    world = World()
    world.rows.broken = True
    world.apply()
    world.count.flush()
    assert [type(one) for one in world.failures] == [ConnectionError]


def test_a_doubtful_clock_is_counted_by_its_reason() -> None:
    """Where an event tells of one."""
    clock = SimpleNamespace(reason="ahead")
    event: Any = SimpleNamespace(clock=clock, received_at=NOON + timedelta(minutes=1))
    assert counts_of(event, "").doubtful_clocks == {"ahead": 1}
