"""Which calls may be made, by an account's list and its cap."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.campaigns.dialling.windows import day_of
from switchboard.campaigns.restrictions.model import DoNotCallEntry, Restriction, RestrictionSettings
from switchboard.campaigns.restrictions.restrict import Restrict
from switchboard.campaigns.restrictions.rules import entry_key
from switchboard.kernel.numbers import telephone_key
from tests.fakes.restrictions import MemoryRestrictions
from tests.support.builders import NOON

ZONE = "Asia/Yekaterinburg"  # five hours ahead of UTC
LISTED, CAPPED = Restriction.DO_NOT_CALL, Restriction.DAILY_CAP
PHONE, OTHER = "89161234567", "83512000001"


@pytest.fixture
def rows() -> MemoryRestrictions:
    return MemoryRestrictions()


@pytest.fixture
def restrict(rows: MemoryRestrictions) -> Restrict:
    return a_restrict(rows)


def a_restrict(rows: MemoryRestrictions, cap: int = 0) -> Restrict:
    return Restrict(rows, lambda _: RestrictionSettings("RU", ZONE, cap))


def forbid(rows: MemoryRestrictions, *numbers: str, until: datetime | None = None) -> None:
    rows.add("acme", [DoNotCallEntry("acme", entry_key(number, "RU"), NOON, "", until) for number in numbers])


def count(rows: MemoryRestrictions, calls: list[tuple[str, str]], now: datetime) -> None:
    """Count calls as the transaction does that claims them."""
    for id_, number in calls:
        rows.count("acme", day_of(now, ZONE), {telephone_key(number, "RU"): [id_]})


def blocked(restrict: Restrict, *numbers: str, now: datetime = NOON) -> dict[str, Restriction]:
    return dict(restrict.blocked("acme", "e1", numbers, now))


SAME = ("+7 916 123-45-67", "89161234567", "79161234567", "8 (916) 123 45 67", "9161234567")


@pytest.mark.parametrize("dialled", [SAME[1], SAME[2], "+79161234567", SAME[4]])
@pytest.mark.parametrize("written", SAME)
def test_a_number_is_the_same_in_every_form(written: str, dialled: str) -> None:
    """Whichever stands in the list, and whichever is to be dialled."""
    assert entry_key(written, "RU") == telephone_key(dialled, "RU") == "79161234567"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("+7916*", "7916*"),
        ("7916*", "7916*"),
        ("8916*", "7916*"),
        ("8 (916)*", "7916*"),
        ("+8916*", "8916*"),
        ("+7*", "7*"),
        ("112", "112"),
        ("234-56", "23456"),
        ("81044*", "44*"),
        ("8~10 44*", "44*"),
        ("\u202a+7916*\u202c", "7916*"),
        ("\uff17\uff19\uff11\uff16*", "7916*"),
        ("79161234567.0", "79161234567"),
        ("\ufeff8\u00a0916\u200b123\u00ad45-67", "79161234567"),
        ("8 (916) 123-45-67 доб. 12", "79161234567"),
    ],
)
def test_an_entry_has_one_key(written: str, key: str) -> None:
    """A prefix is in E.164 or in national form. A number that no plan knows is keyed by its digits."""
    assert entry_key(written, "RU") == key


@pytest.mark.parametrize(
    "written",
    [
        "",
        "*",
        "+*",
        "7",
        "+7*1",
        "office",
        "7" * 16,
        "810*",
        "81*",
        "1500.00",
        "01.02.1980",
        "7.91612E+10",
        "89161234567; 89161234568",
        "1" * 16 + "*",
        "#31#",
    ],
)
def test_what_is_no_number_is_no_entry(written: str) -> None:
    """Such text is refused, not stored as an entry without effect."""
    with pytest.raises(ValueError, match="must be"):
        entry_key(written, "RU")


def test_a_region_without_a_number_to_dial_first_reads_beginnings_as_they_are() -> None:
    """An unknown region does the same."""
    assert [entry_key("8916*", region) for region in ("ES", "XX")] == ["8916*", "8916*"]


def test_what_is_listed_is_not_called(restrict: Restrict, rows: MemoryRestrictions) -> None:
    """Numbers and prefixes of the list are blocked; all other numbers are called."""
    forbid(rows, "+79161234567", "+7351*", "112")
    found = blocked(restrict, PHONE, OTHER, "112", "1121", "79161234568")
    assert found == {PHONE: LISTED, OTHER: LISTED, "112": LISTED}


def test_an_entry_ends_in_time(restrict: Restrict, rows: MemoryRestrictions) -> None:
    """The entry is valid before `until`, not at `until`."""
    forbid(rows, PHONE, until=NOON)
    assert blocked(restrict, PHONE, now=NOON - timedelta(seconds=1)) == {PHONE: LISTED}
    assert blocked(restrict, PHONE, now=NOON) == {}


def test_what_was_taken_off_the_list_is_called(restrict: Restrict, rows: MemoryRestrictions) -> None:
    """At once."""
    forbid(rows, PHONE)
    assert blocked(restrict, PHONE) == {PHONE: LISTED}
    rows.remove("acme", "79161234567")
    assert blocked(restrict, PHONE) == {}


def test_of_an_account_without_restrictions_nothing_is_read(restrict: Restrict, rows: MemoryRestrictions) -> None:
    """But for a look every few seconds whether it has begun to use the list."""
    for _ in range(10):
        assert blocked(restrict, PHONE) == {}
        count(rows, [("a", PHONE)], NOON)
    assert rows.reads == 1


def test_what_an_account_chose_is_remembered_for_a_moment(rows: MemoryRestrictions) -> None:
    """It is asked once for many calls."""
    asked: list[str] = []
    restrict = Restrict(rows, lambda account: asked.append(account) or RestrictionSettings("RU", ZONE, 1))  # type: ignore[func-returns-value]
    for account in ("acme", "other", "acme"):
        restrict.blocked(account, "e1", [PHONE], NOON)
    assert asked == ["acme", "other"]


def test_a_number_is_called_so_often_a_day_and_no_more(rows: MemoryRestrictions) -> None:
    """The count covers all campaigns, and all forms of the number."""
    restrict = a_restrict(rows, cap=2)
    count(rows, [("a", PHONE)], NOON)
    assert blocked(restrict, PHONE) == {}
    count(rows, [("b", "+79161234567")], NOON)
    assert blocked(restrict, PHONE, "9161234567", OTHER) == {PHONE: CAPPED, "9161234567": CAPPED}


def test_a_call_that_is_told_again_counts_once(rows: MemoryRestrictions) -> None:
    """Alone or with another to the same number."""
    restrict = a_restrict(rows, cap=2)
    for _ in range(3):
        count(rows, [("a", PHONE)], NOON)
    assert blocked(restrict, PHONE) == {}
    count(rows, [("a", PHONE), ("b", PHONE)], NOON)
    assert blocked(restrict, PHONE) == {PHONE: CAPPED}


def test_the_list_comes_before_the_cap(rows: MemoryRestrictions) -> None:
    """The final reason comes before the reason of the day."""
    restrict = a_restrict(rows, cap=1)
    count(rows, [("a", PHONE)], NOON)
    forbid(rows, PHONE)
    assert blocked(restrict, PHONE) == {PHONE: LISTED}


def test_the_day_is_that_of_the_accounts_zone(rows: MemoryRestrictions) -> None:
    """Seven in the evening in UTC is midnight there."""
    midnight = datetime(2026, 3, 14, 19, 0, tzinfo=UTC)
    restrict = a_restrict(rows, cap=1)
    count(rows, [("a", PHONE)], midnight - timedelta(seconds=1))
    assert day_of(midnight - timedelta(seconds=1), ZONE) == "2026-03-14"
    assert blocked(restrict, PHONE, now=midnight - timedelta(seconds=1)) == {PHONE: CAPPED}
    assert blocked(restrict, PHONE, now=midnight) == {}
    count(rows, [("b", PHONE)], midnight)
    assert blocked(restrict, PHONE, now=midnight + timedelta(hours=23)) == {PHONE: CAPPED}


def test_no_numbers_are_no_question(rows: MemoryRestrictions) -> None:
    """Nothing is refused, and nothing counted."""
    restrict = a_restrict(rows, cap=1)
    count(rows, [], NOON)
    assert blocked(restrict) == {}


DIGITS = st.text("0123456789", min_size=2, max_size=15)


@given(DIGITS, st.integers(1, 15))
def test_every_beginning_of_a_number_forbids_it(number: str, length: int) -> None:
    """Every prefix of a number's key blocks the number."""
    rows = MemoryRestrictions()
    beginning = telephone_key(number, "RU")[:length]
    rows.add("acme", [DoNotCallEntry("acme", entry_key(f"+{beginning}*", "RU"), NOON)])
    assert blocked(a_restrict(rows), number, f"1{number}"[:15]).get(number) is LISTED
