"""Rows become subscribers."""

import pytest

from switchboard.errors import Invalid
from switchboard.kernel.subscriber_list import MOST, MOST_TOLD, Row, RowsInvalid, gather


def rows(*phones: str | tuple[str, ...]) -> list[Row]:
    """A row for each, with one number or several."""
    several = [one if isinstance(one, tuple) else (one,) for one in phones]
    return [Row(number, f"P{number}", numbers) for number, numbers in enumerate(several, 1)]


def test_whoever_has_the_same_numbers_is_counted_once() -> None:
    """Order and form of the numbers do not matter. A subscriber who shares only some numbers is another one."""
    several = ("79160001122", "8(916)0001122", "9160001122")
    found = gather(rows(("776429", "776430"), ("776430", "77-64-29"), "776429", *several), "RU")
    assert [one.phones for one in found.subscribers] == [("776429", "776430"), ("776429",), ("79160001122",)]
    assert (found.duplicates, found.skipped) == (3, 0)


def test_a_repeated_number_of_one_person_is_called_once() -> None:
    """The second copy of a number in a row is dropped."""
    (one,) = gather(rows(("776429", "77 64 29")), "RU").subscribers
    assert one.phones == ("776429",)


def test_without_numbers_name_and_addresses_tell_who_it_is() -> None:
    """They are written to, and not called."""
    people = [
        Row(1, "Anna", (), ("a@x.example",)),
        Row(2, "anna", (), ("A@X.example",)),
        Row(3, "Bo", (), ("a@x.example",)),
    ]
    found = gather(people, "RU")
    assert [one.full_name for one in found.subscribers] == ["Anna", "Bo"]


def test_what_is_wrong_is_told_by_its_row() -> None:
    """With the field, and never the value."""
    people = [Row(1, "A", ("776429",)), Row(2, "B", ("77x",)), Row(3, "C"), Row(4, "D", ("12",), ("no address",))]
    found = gather(people, "RU")
    assert [(one.row, one.field) for one in found.problems] == [(2, "phones"), (3, "phones"), (4, "emails")]
    assert "77x" not in str(found.problems)
    assert found.counts == {"rows": 4, "kept": 1, "duplicates": 0, "skipped": 3}


def test_a_row_with_anything_wrong_is_no_subscriber() -> None:
    """A second number that is right does not make the first one right."""
    found = gather([Row(1, "A", ("bad", "776429")), Row(2, "B", ("bad",), ("b@x.example",))], "RU")
    assert (found.subscribers, found.skipped) == ([], 2)


def test_an_extension_belongs_to_its_number() -> None:
    """Two extensions of one number are two people; one person may have both."""
    office = "8 (343) 210-69-51"
    both = (f"{office} (101)", f"{office} x102")
    found = gather(rows(f"{office} доб. 101", f"{office} доб. 102", f"{office} #101", both), "RU")
    assert [one.phones for one in found.subscribers] == [
        ("83432106951x101",),
        ("83432106951x102",),
        ("83432106951x101", "83432106951x102"),
    ]


def test_a_name_is_one_line_that_can_be_shown() -> None:
    """Line ends, direction marks and characters without a meaning do not reach a report."""
    (one,) = gather([Row(1, " Ли\uffff\u202e,\nАнна\x00 ", ("776429",))], "RU").subscribers
    assert one.full_name == "Ли\ufffd, Анна"


def test_a_hundred_rows_are_told_of_and_all_are_counted() -> None:
    """An answer stays readable, whatever was sent."""
    found = gather(rows(*["x"] * 250), "RU")
    told = RowsInvalid(found).details
    assert (told["invalidCount"], len(told["rows"]), told["rows"][0]["row"]) == (250, MOST_TOLD, 1)


def test_a_group_has_an_end() -> None:
    """A hundred thousand, and no more."""
    people = (Row(number, "", (f"7{number:09d}",)) for number in range(MOST + 1))
    with pytest.raises(Invalid, match="100000"):
        gather(people, "RU")


@pytest.mark.parametrize(
    "row",
    [
        Row(1, "x" * 501, ("776429",)),
        Row(1, "x", tuple(f"7764{last}" for last in range(10, 31))),
        Row(1, "x", ("776429",), tuple(f"a{last}@x.example" for last in range(21))),
    ],
)
def test_too_much_of_anything_is_refused(row: Row) -> None:
    """A name, the numbers and the addresses of one person have their limits."""
    found = gather([row], "RU")
    assert (found.subscribers, found.skipped) == ([], 1)
