"""Ports SourceActivity and Silences."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.accounts.activity.model import (
    ActivityCounts,
    ActivityHour,
    RefusalReason,
    RefusedRequest,
    SilenceWatch,
    Spent,
    hour_of,
)
from switchboard.accounts.ports import DailyUse
from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.silences import SilenceRows
from switchboard.aws.source_activity import SourceActivityTable
from switchboard.aws.spending import SpendingTable
from switchboard.errors import Conflict
from tests.fakes.source_activity import MemorySilences, MemorySourceActivity, MemorySpending
from tests.support.builders import NOON
from tests.support.stack import Stack

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SOME = ActivityCounts(2, NOON, {"credentials": 1}, {"new.event": 3, "имя": 1}, {"ahead": 1})
WATCH = SilenceWatch("s-office", "acme", 600, NOON)


@pytest.fixture
def rows(request: pytest.FixtureRequest, kind: str) -> MemorySourceActivity | SourceActivityTable:
    if kind == "memory":
        return MemorySourceActivity()
    stack: Stack = request.getfixturevalue("stack")
    return SourceActivityTable(stack.dynamodb, stack.table("ActivityTable"))


@pytest.fixture
def silences(request: pytest.FixtureRequest, kind: str) -> MemorySilences | SilenceRows:
    if kind == "memory":
        return MemorySilences()
    stack: Stack = request.getfixturevalue("stack")
    return SilenceRows(AccountsTable(stack.dynamodb, stack.table("AccountsTable")))


def test_counts_of_an_hour_add_up(rows: SourceActivityTable) -> None:
    """By name and reason; each hour and each source has its own."""
    rows.count("s-office", NOON, SOME)
    rows.count("s-office", NOON, ActivityCounts(1, NOON + MINUTE, unknown_names={"имя": 1}))
    rows.count("s-office", NOON + HOUR, ActivityCounts(refused={"unreadable": 2}))
    rows.count("s-other", NOON, SOME)
    together = ActivityCounts(3, NOON + MINUTE, {"credentials": 1}, {"new.event": 3, "имя": 2}, {"ahead": 1})
    assert rows.hours("s-office", NOON) == [
        ActivityHour(NOON + HOUR, ActivityCounts(refused={"unreadable": 2})),
        ActivityHour(NOON, together),
    ]
    assert rows.hours("s-office", NOON + MINUTE) == rows.hours("s-office", NOON)[:1]
    assert rows.last_event_at("s-office") == NOON + MINUTE


def test_a_source_that_sent_nothing_has_nothing(rows: SourceActivityTable) -> None:
    """Nor has what cannot be a source."""
    rows.count("s-office", NOON, ActivityCounts(refused={"failed": 1}))
    for source in ("s-office", "s-other", "", "x" * 3000):
        assert rows.last_event_at(source) is None
        assert rows.refused(source, NOON) == []


def test_the_last_twenty_refused_requests_are_kept(rows: SourceActivityTable) -> None:
    """Newest first, from a time on; those of another source stay."""
    made = [
        RefusedRequest(NOON + place * MINUTE, 401, RefusalReason.CREDENTIALS, "text/plain", place, f"тело {place}")
        for place in range(45)
    ]
    rows.keep("s-other", made[0])
    for one in made:
        rows.keep("s-office", one)
    assert rows.refused("s-office", NOON) == made[:24:-1]
    assert rows.refused("s-office", made[43].at) == made[:42:-1]
    assert rows.refused("s-other", NOON) == made[:1]


def test_a_watch_is_saved_on_the_version_before(silences: SilenceRows) -> None:
    """And can be removed, more than once."""
    first = silences.save(WATCH)
    assert silences.get("s-office") == first == replace(WATCH, version=1)
    second = silences.save(replace(first, silent_since=NOON))
    for late in (WATCH, first):
        with pytest.raises(Conflict):
            silences.save(late)
    other = silences.save(replace(WATCH, source="s-other", account="other"))
    assert sorted(silences.all(), key=lambda one: one.source) == [second, other]
    silences.remove("s-office")
    silences.remove("s-office")
    assert silences.all() == [other]


def test_an_hour_begins_at_its_first_minute() -> None:
    """Whatever the minute."""
    assert hour_of(NOON + timedelta(minutes=59, seconds=59, microseconds=9)) == hour_of(NOON)


@pytest.fixture
def spending(request: pytest.FixtureRequest, kind: str) -> MemorySpending | SpendingTable:
    if kind == "memory":
        return MemorySpending()
    stack: Stack = request.getfixturevalue("stack")
    return SpendingTable(stack.dynamodb, stack.table("ActivityTable"))


def test_what_an_account_spends_adds_up_by_the_day(spending: SpendingTable) -> None:
    """Each write answers with the total; another account and another day have their own."""
    today, tomorrow = NOON.date(), NOON.date() + timedelta(days=1)
    assert spending.of("acme", today) == Spent()
    assert spending.add("acme", today, Spent(1, 2)) == Spent(1, 2)
    assert spending.add("acme", today, Spent(3, 0)) == Spent(4, 2)
    assert (spending.of("acme", today), spending.of("acme", tomorrow)) == (Spent(4, 2), Spent())
    assert spending.of("bolt", today) == Spent()


def test_a_use_of_the_day_never_goes_over_its_limit(spending: SpendingTable) -> None:
    """What would go over is not counted; other uses, days and accounts have their own count."""
    today, tomorrow = NOON.date(), NOON.date() + timedelta(days=1)
    calls, speech = DailyUse.ORIGINATES, DailyUse.SPEECH
    spending.add("acme", today, Spent(9, 9))
    assert [spending.take("acme", today, calls, 1, 2) for _ in range(4)] == [True, True, False, False]
    assert [spending.take("acme", today, speech, size, 100) for size in (101, 60, 41, 40, 1)] == [
        False, True, False, True, False,
    ]  # fmt: skip
    assert spending.take("acme", tomorrow, calls, 1, 2)
    assert spending.take("bolt", today, calls, 1, 2)
    assert not spending.take("cord", today, calls, 1, 0)
    assert spending.of("acme", today) == Spent(9, 9)


def test_requests_of_a_window_add_up(spending: SpendingTable) -> None:
    """Each write answers with the total; another window and another account have their own."""
    assert [spending.add_requests("acme", 1_000_000_010, number) for number in (40, 2)] == [40, 42]
    assert (spending.add_requests("acme", 1_000_000_020, 1), spending.add_requests("bolt", 1_000_000_010, 1)) == (1, 1)


def test_stored_bytes_count_until_their_last_day(spending: SpendingTable) -> None:
    """What is taken back counts no longer."""
    today = NOON.date()
    for days, size in ((0, 5), (30, 100), (30, 20), (30, -100), (400, 7)):
        spending.add_bytes("acme", today + timedelta(days=days), size)
    spending.add("acme", today, Spent(1, 1))
    assert [spending.bytes_from("acme", today + timedelta(days=days)) for days in (0, 1, 31, 401)] == [32, 27, 7, 0]
    assert spending.bytes_from("bolt", today) == 0


def test_stored_bytes_of_an_object_count_until_its_deletion(spending: SpendingTable) -> None:
    """The last write of an object counts, and a repeat changes nothing."""
    today = NOON.date()
    spending.add_bytes("acme", today, 5)
    for id_, size in (("a", 100), ("a", 100), ("b", 7), ("b", 9), ("c", 50), ("c", 0), ("c", 0)):
        spending.hold_bytes("acme", id_, size)
    assert [
        spending.bytes_from(one, today + timedelta(days=days))
        for one, days in (("acme", 0), ("acme", 9000), ("bolt", 0))
    ] == [114, 109, 0]
