"""Ports DoNotCall and Restrictions."""

from datetime import timedelta

import pytest

from switchboard.aws.restrictions_table import RestrictionsTable
from switchboard.campaigns.restrictions.model import DoNotCallEntry, RestrictionFacts
from tests.fakes.restrictions import MemoryRestrictions
from tests.support.builders import NOON
from tests.support.stack import Stack

AnyRestrictions = MemoryRestrictions | RestrictionsTable
DAY = "2026-03-14"


@pytest.fixture
def rows(request: pytest.FixtureRequest, kind: str) -> AnyRestrictions:
    if kind == "memory":
        return MemoryRestrictions()
    stack: Stack = request.getfixturevalue("stack")
    return RestrictionsTable(stack.dynamodb, stack.table("RestrictionsTable"))


def entry(key: str, account: str = "acme", reason: str = "asked") -> DoNotCallEntry:
    return DoNotCallEntry(account, key, NOON, reason, NOON + timedelta(days=1))


def keys(entries: list[DoNotCallEntry]) -> list[str]:
    return [one.key for one in entries]


def test_an_entry_comes_back_whole(rows: AnyRestrictions) -> None:
    """With its reason and its times; the last of a key holds."""
    rows.add("acme", [entry("79161234567", reason="before"), entry("7351*")])
    rows.add("acme", [entry("79161234567")])
    assert rows.get("acme", "79161234567") == entry("79161234567")
    assert rows.get("acme", "7351*") == entry("7351*")
    assert rows.get("acme", "7351") is None


def test_an_entry_can_be_removed_once(rows: AnyRestrictions) -> None:
    """Then there is none."""
    rows.add("acme", [entry("112")])
    assert [rows.remove("acme", "112"), rows.remove("acme", "112")] == [True, False]
    assert rows.get("acme", "112") is None


@pytest.mark.parametrize("key", ["", "9" * 2000])
def test_what_cannot_be_a_key_is_not_there(rows: AnyRestrictions, key: str) -> None:
    """However long it is."""
    assert rows.get("acme", key) is None
    assert rows.remove("acme", key) is False


def test_a_list_is_read_by_the_page(rows: AnyRestrictions) -> None:
    """In the order of keys, each entry once, a beginning before the numbers that begin so."""
    wanted = ["7351*", "73510000001", "73510000002", "7352*", "79*", "791"]
    rows.add("acme", [entry(key) for key in reversed(wanted)])
    found: list[str] = []
    cursor = None
    while True:
        page, cursor = rows.listed("acme", 2, cursor)
        found += keys(page)
        if cursor is None:
            break
    assert found == wanted


def test_many_entries_are_kept_at_once(rows: AnyRestrictions) -> None:
    """More than a request of the table takes."""
    rows.add("acme", [entry(f"7916{number:07}") for number in range(130)])
    assert len(rows.listed("acme", 200, None)[0]) == 130
    wanted = [f"7916{number:07}" for number in range(0, 260, 2)]
    assert len(rows.standing("acme", wanted, DAY, ()).entries) == 65


def test_no_entries_are_nothing(rows: AnyRestrictions) -> None:
    """And no use of the list."""
    rows.add("acme", [])
    assert rows.listed("acme", 10, None) == ([], None)
    assert set(rows.lengths("acme")) == set()


def test_a_whole_audience_is_looked_up_at_once(rows: AnyRestrictions) -> None:
    """As a dry run does, in many requests."""
    rows.add("acme", [entry("79160000007"), entry("79160001000")])
    wanted = [f"7916{number:07}" for number in range(1001)]
    assert set(rows.standing("acme", wanted, DAY, ()).entries) == {"79160000007", "79160001000"}


def test_a_list_tells_the_lengths_of_its_entries(rows: AnyRestrictions) -> None:
    """None of a list that was never used, 0 for whole numbers."""
    assert set(rows.lengths("acme")) == set()
    rows.add("acme", [entry("79161234567"), entry("7351*")])
    rows.add("acme", [entry("7*"), entry("112")])
    assert set(rows.lengths("acme")) == {0, 1, 4}


def test_a_list_is_its_accounts_alone(rows: AnyRestrictions) -> None:
    """Whatever is asked about it."""
    rows.add("acme", [entry("112")])
    rows.count("acme", DAY, {"112": ["c1"]})
    assert rows.get("other", "112") is None
    assert rows.listed("other", 10, None) == ([], None)
    assert set(rows.lengths("other")) == set()
    assert rows.standing("other", ["112"], DAY, ["112"]) == RestrictionFacts()


def test_what_stands_is_told_of_the_keys_and_numbers_that_were_asked_about(rows: AnyRestrictions) -> None:
    """Twice the same is asked once, and what is not there is left out."""
    rows.add("acme", [entry("112"), entry("7351*"), entry("7352*")])
    rows.count("acme", DAY, {"112": ["c1", "c2"]})
    assert rows.standing("acme", ["112", "112", "7351*", "7"], DAY, ["112", "112", "113"]) == RestrictionFacts(
        {"112": entry("112"), "7351*": entry("7351*")}, {"112": frozenset({"c1", "c2"})}
    )
    assert rows.standing("acme", [], DAY, []) == RestrictionFacts()


def test_a_call_is_counted_once(rows: AnyRestrictions) -> None:
    """However often it is told, on its day alone."""
    for _ in range(2):
        rows.count("acme", DAY, {"112": ["c1", "c1"], "113": ["c3"]})
    rows.count("acme", DAY, {"112": ["c2"]})
    assert rows.standing("acme", [], DAY, ["112", "113"]).calls == {
        "112": frozenset({"c1", "c2"}),
        "113": frozenset({"c3"}),
    }
    assert rows.standing("acme", [], "2026-03-15", ["112"]).calls == {}


def test_a_call_that_was_not_placed_is_taken_off(rows: AnyRestrictions) -> None:
    """Also a second time, one that was never counted, and the last of a number."""
    rows.count("acme", DAY, {"112": ["c1", "c2"], "113": ["c3"]})
    for _ in range(2):
        rows.uncount("acme", DAY, {"112": ["c1", "c9"], "113": ["c3"], "114": ["c4"]})
    assert rows.standing("acme", [], DAY, ["112", "113", "114"]).calls == {"112": frozenset({"c2"})}
    rows.count("acme", DAY, {"113": ["c5"]})
    assert rows.standing("acme", [], DAY, ["113"]).calls == {"113": frozenset({"c5"})}


def test_calls_to_many_numbers_are_counted(rows: AnyRestrictions) -> None:
    """More than a request reads."""
    numbers = [f"7916{number:07}" for number in range(130)]
    rows.count("acme", DAY, {number: ["c"] for number in numbers})
    assert len(rows.standing("acme", [], DAY, numbers).calls) == 130
