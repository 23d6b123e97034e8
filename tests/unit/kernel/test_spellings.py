"""Find every usual spelling of one number in a text."""

import pytest

from switchboard.kernel.numbers import spellings_of

FOUND = (
    "79161234567", "+79161234567", "89161234567", "9161234567", "8 (916) 123-45-67", "+7 916 123 45 67",
    "%2B79161234567", "8%20916%20123-45-67", "8+916+123+45+67", "sip:79161234567@pbx.example", "98916-123-4567",
    "SIP/9161234567-00001a2b", '{"number":79161234567,', "tel:+7-916-123-45-67", "007 916 1234567",
    "810 7 916 1234567", "９１６１２３４５６７", "+7\u00a0916\u00a0123\u201045\u201067", "acme#number:79161234567",
    "916.123.45.67", "8 916 1234567 доб. 12", r"\u002b7916\u00a01234567", "9,8(916)1234567", "79161234567.0",
)  # fmt: skip
OTHERS = ("179161234567", "791612345678", "1234567", "7916123456", "1773489161234567", "79161234568", "")


def test_every_usual_spelling_is_found() -> None:
    """As people, PBXs, addresses and forms write it."""
    search = spellings_of("+79161234567")
    assert [text for text in FOUND if not search.found_in(text)] == []


def test_a_longer_row_of_digits_is_another_number() -> None:
    """So are fewer digits, and other digits."""
    search = spellings_of("+79161234567")
    assert [text for text in OTHERS if search.found_in(text)] == []


def test_the_number_is_taken_out_of_a_text() -> None:
    """The rest of the text stays, and a text without the number stays as it is."""
    search = spellings_of("+79161234567")
    assert search.taken_from("call 8 (916) 123-45-67, or ９１６１２３４５６７!") == "call , or !"
    assert search.taken_from("№ 5") == "№ 5"


def test_numbers_of_other_plans_are_found() -> None:
    """With the trunk prefix of their plan, or without one."""
    assert spellings_of("+442079460958").found_in("020 7946 0958")
    assert spellings_of("+12025550123").found_in("1-202-555-0123")
    assert not spellings_of("+12025550123").found_in("202-555-01234")


def test_a_short_national_number_is_found_behind_a_prefix_alone() -> None:
    """Six digits may be anything."""
    search = spellings_of("+376312345")
    assert search.found_in("+376 312 345")
    assert not search.found_in("312345")


def test_another_text_is_no_number() -> None:
    """Only E.164 is taken."""
    with pytest.raises(ValueError, match="no number"):
        spellings_of("acme")
