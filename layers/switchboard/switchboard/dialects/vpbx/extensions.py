"""The list of extensions in IS.VPBX's API (is-vpbx-openapi, 'Внутренние номера телефонов')."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from switchboard.accounts.model import Extension


def listed(extensions: Sequence[Extension]) -> dict[str, Any]:
    """Return `{"local_numbers": [{"id", "number"}]}`. A number is an integer unless leading zeros would be lost."""
    return {"local_numbers": [{"id": one.id, "number": _number(one.number)} for one in extensions]}


def _number(number: str) -> int | str:
    return int(number) if str(int(number)) == number else number
