"""Rows become subscribers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.errors import Invalid
from switchboard.kernel.campaign import Subscriber
from switchboard.kernel.subscriber_list import MOST, MOST_TOLD, NUMBER, Row, RowsInvalid, gather, normalised


def rows(*phones: str | tuple[str, ...]) -> list[Row]:
    """A row for each, with one number or several."""
    several = [one if isinstance(one, tuple) else (one,) for one in phones]
    return [Row(number, f"P{number}", numbers) for number, numbers in enumerate(several, 1)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("776429", "776429"),
        ("8 (916) 000-11-22", "89160001122"),
        ("+7\u00a0916\u00a0000\u201311\u201322", "+79160001122"),
        ("01", "01"),
        ("+123456789012345", "+123456789012345"),
    ],
)
def test_numbers_are_dialled_without_their_punctuation(text: str, number: str) -> None:
    """Local numbers stay unchanged: the PBX knows its own numbering plan."""
    assert normalised(text) == number


@pytest.mark.parametrize(
    "text", ["", "1", "1" * 16, "abc", "77+6429", "776429#", "٧٧٦٤٢٩", "tel:776429", "+", "77６429"]
)
def test_what_cannot_be_dialled_is_no_number(text: str) -> None:
    """Too short, too long, or with anything else in it."""
    assert normalised(text) is None


@given(st.text(max_size=40))
def test_a_number_is_digits_and_stays_what_it_is(text: str) -> None:
    """A normalised number is well formed, and normalising again changes nothing."""
    number = normalised(text)
    assert number is None or (NUMBER.fullmatch(number) is not None and normalised(number) == number)


def test_whoever_has_the_same_numbers_is_counted_once() -> None:
    """Order and form of the numbers do not matter. A subscriber who shares only some numbers is another one."""
    found = gather(rows(("776429", "776430"), ("776430", "77-64-29"), "776429", "79160001122", "8(916)0001122"))
    assert [one.phones for one in found.subscribers] == [("776429", "776430"), ("776429",), ("79160001122",)]
    assert (found.duplicates, found.invalid, found.skipped) == (2, 0, 0)


def test_a_repeated_number_of_one_person_is_called_once() -> None:
    """The second copy of a number in a row is dropped."""
    (one,) = gather(rows(("776429", "77 64 29"))).subscribers
    assert one.phones == ("776429",)


def test_without_numbers_name_and_addresses_tell_who_it_is() -> None:
    """They are written to, and not called."""
    people = [
        Row(1, "Anna", (), ("a@x.example",)),
        Row(2, "anna", (), ("A@X.example",)),
        Row(3, "Bo", (), ("a@x.example",)),
    ]
    found = gather(people)
    assert [one.full_name for one in found.subscribers] == ["Anna", "Bo"]


def test_what_is_wrong_is_told_by_its_row() -> None:
    """With the field, and never the value."""
    people = [Row(1, "A", ("776429",)), Row(2, "B", ("77x",)), Row(3, "C"), Row(4, "D", ("12",), ("no address",))]
    found = gather(people)
    assert [(one.row, one.field) for one in found.problems] == [(2, "phones"), (3, "phones"), (4, "emails")]
    assert "77x" not in str(found.problems)
    assert (found.invalid, found.skipped) == (3, 2)


def test_what_is_right_of_a_row_is_used() -> None:
    """Where the rest is asked for: a second number, or an address."""
    found = gather([Row(1, "A", ("bad", "776429")), Row(2, "B", ("bad",), ("b@x.example",))])
    assert found.subscribers == [Subscriber("A", ("776429",)), Subscriber("B", (), ("b@x.example",))]
    assert (found.invalid, found.skipped) == (2, 0)


def test_a_hundred_rows_are_told_of_and_all_are_counted() -> None:
    """An answer stays readable, whatever was sent."""
    found = gather(rows(*["x"] * 250))
    told = RowsInvalid(found).details
    assert (told["invalidCount"], len(told["rows"]), told["rows"][0]["row"]) == (250, MOST_TOLD, 1)


def test_a_group_has_an_end() -> None:
    """A hundred thousand, and no more."""
    people = (Row(number, "", (f"7{number:09d}",)) for number in range(MOST + 1))
    with pytest.raises(Invalid, match="100000"):
        gather(people)


@pytest.mark.parametrize(
    "row",
    [Row(1, "x" * 501, ("776429",)), Row(1, "x", ("776429",) * 21), Row(1, "x", ("776429",), ("a@x.example",) * 21)],
)
def test_too_much_of_anything_is_refused(row: Row) -> None:
    """A name, the numbers and the addresses of one person have their limits."""
    found = gather([row])
    assert (found.subscribers, found.invalid, found.skipped) == ([], 1, 1)
