"""Numbers abroad and premium-rate numbers, in every spelling that a telephony may dial."""

from switchboard.kernel.numbers import is_permitted
from switchboard.kernel.numbers.tolls import is_at_home

HOME = {
    "RU": ["79012345600", "89012345600", "+79012345600", "9012345600", "112", "104", "776429", "88001000000",
           "2250000", "79990000000", "7999"],
    "US": ["+12125551234", "2125551234", "12125551234", "911"],
    "DE": ["030123456", "+4930123456", "110"],
    "EE": ["+3726000000"],
}  # fmt: skip
AWAY = {
    "RU": ["+447911123456", "447911123456", "810447911123456", "77012345678", "+77012345678", "810882123456789",
           "+8821612345", "8821612345", "88090000000", "78092345678", "+79"],
    "US": ["18765551234", "8765551234", "9005551234", "011447911123456", "+447911123456"],
    "DE": ["00447911123456", "09001234567"],
}  # fmt: skip


def test_numbers_at_home_are_ordinary_numbers_of_the_region() -> None:
    """Short numbers and extensions, too."""
    for region, numbers in HOME.items():
        for number in numbers:
            assert is_at_home(number, region), (number, region)


def test_numbers_abroad_and_of_premium_rate_are_found_in_every_spelling() -> None:
    """With `+`, with the prefix of calls abroad, as bare digits; a country with the same code is abroad."""
    for region, numbers in AWAY.items():
        for number in numbers:
            assert not is_at_home(number, region), (number, region)


def test_a_prefix_permits_what_begins_with_it() -> None:
    """Prefixes are of E.164, whatever spelling is dialled; `+` permits all numbers."""
    for number in ("+447911123456", "447911123456", "810447911123456"):
        for prefixes, permitted in (((), False), (("+49",), False), (("+49", "+44"), True), (("+4479",), True),
                                    (("+",), True)):  # fmt: skip
            assert is_permitted(number, "RU", prefixes) is permitted, (number, prefixes)
    assert is_permitted("79012345600", "RU", ())
    assert is_permitted("88090000000", "RU", ("+7809",))
