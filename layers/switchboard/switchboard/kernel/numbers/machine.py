"""Numbers that went through a spreadsheet or a JSON float: `79161234567.0`, `7.9161234567E10`."""

from __future__ import annotations

import re
from decimal import Decimal

LONGEST = 15  # digits of E.164, ITU-T E.164 section 6
_DECIMAL = re.compile(r"^([+]?\d{1,20})[.,]0+$")
_EXPONENT = re.compile(r"^([+]?)(\d(?:[.,]\d+)?)[eE]\+?0*(\d{1,2})$")


def from_machine(text: str) -> str | None:
    """The whole number that was meant; the text itself where no machine changed it.

    None where digits were lost on the way: `7.91612E+10` has six of eleven, and the rest cannot be known.
    """
    decimal = _DECIMAL.match(text)
    if decimal:
        return decimal[1]
    exponent = _EXPONENT.match(text)
    if not exponent:
        return text
    mantissa, power = exponent[2].replace(",", "."), int(exponent[3])
    digits_told = len(mantissa.replace(".", ""))
    if digits_told != power + 1 and not _is_short_of_zeros(digits_told, power):
        return None
    return f"{exponent[1]}{int(Decimal(mantissa).scaleb(power))}" if power < LONGEST else None


def is_rounded(text: str) -> bool:
    """Whether an exponent has fewer digits than its number: `7.91612346E+10` may stand for any of a hundred numbers."""
    exponent = _EXPONENT.match(text)
    return exponent is not None and sum(map(str.isdigit, exponent[2])) <= int(exponent[3])


def _is_short_of_zeros(digits_told: int, power: int) -> bool:
    """A float drops zeros at the end: up to two may be missing, more are a rounded number."""
    return 0 < power + 1 - digits_told <= 2  # noqa: PLR2004
