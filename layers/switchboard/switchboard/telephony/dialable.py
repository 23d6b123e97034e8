"""Dialable numbers: 2 to 15 digits with an optional leading `+` (ruling 1 for all dialects)."""

from __future__ import annotations

import re

from switchboard.errors import Invalid

_DIALABLE = re.compile(r"\+?[0-9]{2,15}")


def require_dialable(number: str, field: str) -> str:
    """Return the number. Raises Invalid, which names the field and never the number."""
    if not _DIALABLE.fullmatch(number):
        raise Invalid("It must be 2 to 15 digits, with or without a leading +.", field)
    return number
