"""The number of an event: what was received, and E.164 beside it."""

from __future__ import annotations

from switchboard.kernel.call import Number
from switchboard.kernel.numbers.read import DEFAULT_REGION, to_e164


def read_number(received: str | None, region: str = DEFAULT_REGION) -> Number | None:
    """Return the number of a vendor's field, None for an empty field. A hidden caller's number has no E.164."""
    if not received:
        return None
    return Number(received, to_e164(received, region))


def digits_of(number: Number) -> str:
    """Return the digits that a number is found by: E.164 without `+`, else what was received."""
    return (number.e164 or number.received).lstrip("+")
