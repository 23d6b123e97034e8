"""What can be dialled: digits with an optional leading `+`, 2 to 15 of them (ruling 1 for all dialects)."""

from __future__ import annotations

import re

from switchboard.errors import Invalid

_DIALABLE = re.compile(r"\+?[0-9]{2,15}")


def require_dialable(number: str, field: str) -> str:
    """The number as it is, or Invalid, which names the field and not the number."""
    if not _DIALABLE.fullmatch(number):
        raise Invalid("It must be 2 to 15 digits, with or without a leading +.", field)
    return number
