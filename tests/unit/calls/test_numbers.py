import pytest

from switchboard.kernel.call import Number
from switchboard.kernel.numbers import digits_of, read_number, to_e164


@pytest.mark.parametrize(
    "received",
    [
        "+74950001234",
        "74950001234",
        "84950001234",
        "4950001234",
        "8 (495) 000-12-34",
        "+7 495 000 12 34",
        "tel:+74950001234",
        "8 (495) 000-12-34 доб. 5",
    ],
)
def test_a_number_has_one_e164_however_it_is_spelled(received: str) -> None:
    """With or without `+`, with 8 or without it, with any punctuation."""
    assert read_number(received, "RU") == Number(received, "+74950001234")


@pytest.mark.parametrize(
    ("received", "e164"),
    [
        ("79000001122", "+79000001122"),
        ("442079460000", "+442079460000"),
        ("+442079460000", "+442079460000"),
        ("810442079460000", "+442079460000"),
        ("375291234567", "+375291234567"),
        ("+43123456", "+43123456"),
    ],
)
def test_numbers_of_other_countries_are_known(received: str, e164: str) -> None:
    """With `+`, with the prefix for abroad, or as the bare digits that several vendors write."""
    assert to_e164(received, "RU") == e164


@pytest.mark.parametrize(
    "received",
    [
        "104",
        "200311",
        "2003112",
        "4312345",
        "43123456",
        "436641234",
        "3725551234",
        "800774994086005",
        "0052002651",
        "80052002651",
        "+790000xxxxx",
        "anonymous",
        "#31#",
        "*",
        "+",
        "1" * 40,
        "1" * 2000,
        "\x00",
    ],
)
def test_what_no_plan_is_sure_of_stays_as_it_came(received: str) -> None:
    """Extensions, local numbers that would be a number somewhere abroad, masked ones and nonsense."""
    assert read_number(received, "RU") == Number(received)


@pytest.mark.parametrize("received", [None, ""])
def test_no_number_is_none(received: str | None) -> None:
    """Nothing was received, so nothing is kept."""
    assert read_number(received, "RU") is None


def test_national_numbers_are_read_by_the_plan_of_the_region() -> None:
    """The same digits are another number elsewhere."""
    assert to_e164("2025550123", "US") == "+12025550123"
    assert to_e164("2025550123", "RU") is None


def test_a_number_is_found_by_its_digits() -> None:
    """Those of E.164 where it is known, else what was received."""
    assert digits_of(Number("84950001234", "+74950001234")) == "74950001234"
    assert digits_of(Number("+104")) == "104"
