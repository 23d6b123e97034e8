"""Dialable numbers: 2 to 15 digits with an optional leading `+` (ruling 1 for all dialects)."""

from __future__ import annotations

import re

from switchboard.errors import Invalid
from switchboard.kernel.numbers import to_e164
from switchboard.kernel.numbers.address import read_address
from switchboard.kernel.numbers.clean import clean

_DIALABLE = re.compile(r"\+?[0-9]{2,15}")
# Short numbers have no groups: `7 901` is a slip of the hand.
_WRITTEN_IN_GROUPS = re.compile(r"\+?[0-9]{5,15}")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]*")
_SEPARATORS = re.compile(r"[\s().\-/]+")


def require_dialable(number: str, field: str) -> str:
    """Return the number as it is dialled: without separators, and out of a SIP or tel address.

    Raises Invalid, which names the field and never the number.
    """
    if _DIALABLE.fullmatch(number):
        return number
    bare = _SEPARATORS.sub("", read_address(clean(number)).user)
    if _DECIMAL.fullmatch(number) or not _WRITTEN_IN_GROUPS.fullmatch(bare):
        raise Invalid("It must be 2 to 15 digits, with or without a leading +.", field)
    return bare


def dialled_number(number: str, region: str) -> str:
    """Return what two spellings of one number have in common: E.164 by the region's plan, else the digits."""
    return (to_e164(number, region) or number).removeprefix("+")
