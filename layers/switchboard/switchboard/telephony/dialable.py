"""The numbers of commands: as they are dialled, and as two spellings are compared."""

from __future__ import annotations

from switchboard.errors import Invalid
from switchboard.kernel.numbers import dialable, to_e164


def require_dialable(number: str, field: str, region: str) -> str:
    """Return the number as it is dialled. Raises Invalid, which names the field and never the number."""
    found = dialable(number, region)
    if not found:
        raise Invalid("It must be 2 to 15 digits, with or without a leading +.", field)
    return found


def dialled_number(number: str, region: str) -> str:
    """Return what two spellings of one number have in common: E.164 by the region's plan, else the digits."""
    return (to_e164(number, region) or number).removeprefix("+")
