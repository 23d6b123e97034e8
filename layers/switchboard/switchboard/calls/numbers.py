"""Telephone numbers: what was received, and E.164 where the numbering plans are sure of it.

Six-digit local numbers, extensions and numbers that no plan knows stay as they came; no event is ever
refused for its number.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from switchboard.calls.model import Number

DEFAULT_REGION = "RU"
SHORTEST_PUBLIC = 7
SHORTEST_BARE_INTERNATIONAL = 11  # fewer digits without `+` may be a local number somewhere
_NOISE = re.compile(r"[^\d]")


def read_number(received: str | None, region: str = DEFAULT_REGION) -> Number | None:
    """A number from a vendor's payload, None where there is none."""
    if not received:
        return None
    return Number(received, to_e164(received, region))


@lru_cache(maxsize=4096)
def to_e164(received: str, region: str = DEFAULT_REGION) -> str | None:
    """`+79012345678`, or None where the plans do not know the number.

    National numbers are read by the plan of `region`; where that fails, digits without `+` are tried as
    international ones, which is how several vendors write them.
    """
    digits = _NOISE.sub("", received)
    if len(digits) < SHORTEST_PUBLIC:
        return None
    national = _valid(received, region)
    if national or len(digits) < SHORTEST_BARE_INTERNATIONAL:
        return national
    return _valid(f"+{digits}", None)


def digits_of(number: Number) -> str:
    """The digits that a number is found by: E.164 without `+`, else what was received."""
    return (number.e164 or number.received).lstrip("+")


def _valid(text: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # A number without a country (+800 and its like) is far more often a national one with a prefix before it.
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.region_code_for_number(parsed) == "001":
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
