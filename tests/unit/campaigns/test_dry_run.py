"""What a task would do."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from switchboard.campaigns.dialling.windows import is_open
from switchboard.campaigns.dry_run import CallTimetable
from switchboard.errors import Conflict, NotFound
from switchboard.kernel.campaign import Limits, Subscriber, Window
from switchboard.kernel.campaign_outcome import DryRun
from tests.support.builders import NOON
from tests.support.campaigns import people
from tests.unit.campaigns.campaign_world import World

DAY = Window(time(9), time(18))
NIGHT = Window(time(22), time(2))


def tried(*lists: list[Subscriber], limits: Limits | None = None, now: datetime = NOON, **settings: Any) -> DryRun:
    world = World(now=now)
    world.prepared(*lists, **settings)
    if limits:
        world.executions.limit("acme", limits)
    return world.dry_run("acme", "t1")


def test_everybody_is_counted() -> None:
    """The forecast counts the called, and the skipped by reason."""
    written = [Subscriber("Anna", (), ("a@x.example",))]
    found = tried(people(5), people(3, first=4), written)
    assert (found.size, found.called, found.skipped) == (8, 7, {"no_number": 1, "duplicate": 1})


def test_whom_nobody_may_call_is_told_with_the_reason() -> None:
    """Who has another number is called there."""
    world = World()
    world.prepared(people(3, numbers=2))
    first, second, _ = people(3, numbers=2)
    world.do_not_call = {*first.phones, second.phones[0]}
    found = world.dry_run("acme", "t1")
    assert (found.size, found.called, found.skipped) == (3, 2, {"do_not_call": 1})
    assert found.longest
    assert found.longest.calls == (1 + 2) * 2


def test_who_is_first_and_who_is_not_called_is_shown() -> None:
    """Some of them, with the number that is dialled, and by reason."""
    world = World()
    crowd = people(30, numbers=2)
    world.prepared(crowd)
    world.do_not_call = {crowd[0].phones[0], *(number for one in crowd[12:] for number in one.phones)}
    found = world.dry_run("acme", "t1")
    assert list(found.first[:2]) == [(crowd[0], crowd[0].phones[1]), (crowd[1], crowd[1].phones[0])]
    assert (len(found.first), list(found.examples["do_not_call"])) == (10, crowd[12:22])


def test_it_lasts_as_long_as_lines_and_rate_let_it() -> None:
    """Ten people, two channels: five times eight seconds of ringing and eight of listening; or one call a second."""
    found = tried(people(10), limits=Limits(channels=2, cps=10))
    assert found.shortest
    assert (found.shortest.calls, found.shortest.ends_at - NOON) == (10, timedelta(seconds=80))
    slow = tried(people(100), limits=Limits(channels=1000, cps=1))
    assert slow.shortest
    assert slow.shortest.ends_at - NOON == timedelta(seconds=99 + 16)


def test_where_nobody_answers_every_wave_and_every_number_counts() -> None:
    """Two waves of two numbers each, one after the other, with the delay between the waves."""
    found = tried(people(1, numbers=2), attempt_count=2, attempt_delay=60, max_answer_delay=30)
    assert found.longest
    assert (found.longest.calls, found.longest.ends_at - NOON) == (4, timedelta(seconds=60 + 60 + 60))


def test_nothing_begins_before_the_window() -> None:
    """Noon in UTC is three in the afternoon in Moscow: too early for the night, in time for the day."""
    assert tried(people(1), window=DAY).begins_at == NOON
    assert tried(people(1), window=NIGHT).begins_at == datetime(2026, 3, 14, 19, tzinfo=UTC)
    evening = datetime(2026, 3, 14, 15, tzinfo=UTC)  # 18:00, when the window has just closed
    assert tried(people(1), window=DAY, now=evening).begins_at == datetime(2026, 3, 15, 6, tzinfo=UTC)


def test_what_does_not_fit_into_a_day_goes_on_in_the_next() -> None:
    """On one line, 3000 calls of 16 seconds take 48000 seconds; 10800 of these are left in this day's window."""
    found = tried(people(3000), limits=Limits(channels=1, cps=10), window=DAY)
    assert found.shortest
    assert found.shortest.ends_at == datetime(2026, 3, 16, 6, tzinfo=UTC) + timedelta(seconds=48000 - 10800 - 32400)


def test_without_channels_there_are_no_times() -> None:
    """The forecast says that a start would fail."""
    found = tried(people(1), limits=Limits(channels=0))
    assert (found.can_start, found.begins_at, found.shortest, found.longest) == (False, None, None, None)


def test_nobody_is_called() -> None:
    """Nothing is begun, kept or held."""
    world = World()
    world.prepared()
    world.dry_run("acme", "t1")
    assert list(world.executions.active("acme")) == []
    assert list(world.audiences.people) == [("acme", "g1.list")]
    world.keep_tasks.remove("acme", "t1")


def test_what_is_not_there_cannot_be_tried() -> None:
    """No such task; or a task that lacks something."""
    world = World()
    with pytest.raises(NotFound):
        world.dry_run("acme", "t1")
    world.prepared()
    world.groups.rows.clear()
    with pytest.raises(Conflict):
        world.dry_run("acme", "t1")


def test_a_window_of_minutes_takes_years_and_no_time_to_say_so() -> None:
    """Ten years are the most that is told."""
    found = tried(
        people(20_000), limits=Limits(channels=1, cps=1), window=Window(time(9), time(9, 1)), attempt_count=100
    )
    assert found.longest
    assert found.longest.ends_at > NOON + timedelta(days=3000)


@given(st.times(), st.times(), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.integers(1, 500))  # noqa: DTZ001
@example(time(2), time(2, 0, 1), datetime(2026, 3, 28, 12), 1)  # noqa: DTZ001 - the next night skips this hour
@example(time(1), time(2, 30), datetime(2026, 3, 29, 1, 10), 1)  # noqa: DTZ001 - closed by the skipped hour
def test_calls_begin_while_the_dialler_may_begin_them(since: time, until: time, at: datetime, calls: int) -> None:
    """The clock of a dry run and the dialler's window agree, also where clocks change."""
    window = Window(since.replace(microsecond=0, tzinfo=None), until.replace(microsecond=0, tzinfo=None))
    clock = CallTimetable(window, "Europe/Berlin", Limits(channels=2, cps=5))
    begins = clock.opens_at(at.replace(tzinfo=UTC))
    assert is_open(window, "Europe/Berlin", begins)
    assert clock.wave(begins, calls, 10.0, 1) >= begins + timedelta(seconds=10)
