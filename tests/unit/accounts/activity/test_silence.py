"""A source that falls silent is told of once, and so is its next event."""

from dataclasses import replace
from datetime import datetime, timedelta

from switchboard.accounts.activity.model import ActivityCounts, SilenceWatch, hour_of
from switchboard.accounts.activity.silence import HEARD, SILENT, CheckSilences, watch_source
from switchboard.accounts.model import Account, AccountState
from switchboard.accounts.suspension import in_state
from tests.fakes.source_activity import MemorySilences, MemorySourceActivity
from tests.support.builders import NOON, a_source, an_account

LIMIT = timedelta(seconds=600)


class World:
    """One watched source, and what the operator is told."""

    def __init__(self) -> None:
        self.now = NOON
        self.activity, self.silences = MemorySourceActivity(), MemorySilences()
        self.told: list[str] = []
        self.failures: list[Exception] = []
        self.account: Account | None = an_account()
        self.check = CheckSilences(
            self.silences,
            self.activity,
            lambda name, _: self.told.append(name),
            lambda _, error: self.failures.append(error),
            lambda: self.now,
            lambda _: self.account,
        )
        watch_source(a_source("s-1", silent_after=600), self.silences, self.now)

    def after(self, wait: timedelta, *, event: bool = False) -> list[SilenceWatch]:
        self.now += wait
        if event:
            self.activity.count("s-1", hour_of(self.now), ActivityCounts(1, self.now))
        return self.check()


def test_each_silence_is_told_once_and_so_is_its_end() -> None:
    """However often the check runs."""
    world = World()
    world.after(LIMIT / 2, event=True)
    silent_since = world.now
    for _ in range(3):
        silent = world.after(LIMIT)
    assert ([one.silent_since for one in silent], world.told) == ([silent_since], [SILENT])
    for _ in range(2):
        world.after(LIMIT / 4, event=True)
    assert world.told == [SILENT, HEARD]
    world.after(LIMIT)
    assert world.told == [SILENT, HEARD, SILENT]


def test_a_source_of_a_suspended_account_is_not_told_of() -> None:
    """Its events are refused. After the suspension a silence counts from its end; a deleted account is silent."""
    world = World()
    assert world.account
    active = world.account
    world.account = in_state(active, AccountState.SUSPENDED, world.now)
    assert (world.after(10 * LIMIT), world.told) == ([], [])
    world.account = resumed = in_state(world.account, AccountState.ACTIVE, world.now)
    resumed_at = world.now
    assert (world.after(LIMIT / 2), world.told) == ([], [])
    assert [one.silent_since for one in world.after(LIMIT / 2)] == [resumed_at]
    assert world.told == [SILENT]
    for gone in (None, in_state(resumed, AccountState.SUSPENDED, world.now)):
        world.account = gone
        world.after(LIMIT, event=True)
    assert (world.told, world.failures) == ([SILENT], [])


def test_a_source_that_never_sent_anything_is_silent_from_the_beginning_of_its_watch() -> None:
    """And not before its time is over."""
    world = World()
    assert world.after(LIMIT - timedelta(seconds=1)) == []
    assert [one.silent_since for one in world.after(timedelta(seconds=1))] == [NOON]


def test_an_event_and_the_next_silence_between_two_checks_are_told() -> None:
    """The second silence has another beginning."""
    world = World()
    world.after(LIMIT)
    world.now += LIMIT
    heard_at = world.now
    world.activity.count("s-1", hour_of(heard_at), ActivityCounts(1, heard_at))
    assert [one.silent_since for one in world.after(LIMIT)] == [heard_at]
    assert world.told == [SILENT, SILENT]


def test_the_setting_begins_changes_and_ends_a_watch() -> None:
    """Off unless set; a change of another setting keeps what was told."""
    world = World()
    world.after(LIMIT)
    source = a_source("s-1", silent_after=600)
    watch_source(source, world.silences, world.now)
    assert (world.after(LIMIT)[0].silent_since, world.told) == (NOON, [SILENT])
    watch_source(replace(source, silent_after=86400), world.silences, world.now)
    assert [one.silent_after for one in world.silences.all()] == [86400]
    watch_source(replace(source, silent_after=0), world.silences, world.now)
    assert (world.silences.all(), world.after(LIMIT)) == ([], [])


def test_a_source_that_cannot_be_checked_stops_no_other() -> None:
    """The failure is reported."""
    world = World()
    watch_source(a_source("s-2", silent_after=600), world.silences, world.now)
    read = world.activity.last_event_at

    def failing(source_id: str) -> datetime | None:
        if source_id == "s-1":
            raise ConnectionError
        return read(source_id)

    world.activity.last_event_at = failing  # type: ignore[method-assign]
    assert [one.source for one in world.after(LIMIT)] == ["s-2"]
    assert len(world.failures) == 1
