"""Internal numbers in IS.VPBX's words (section 'Внутренние номера телефонов')."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from switchboard.accounts.model import Extension


def listed(extensions: Sequence[Extension]) -> dict[str, Any]:
    """`{"local_numbers": [{"id", "number"}]}`; a number is an integer unless that would lose its zeros."""
    return {"local_numbers": [{"id": one.id, "number": _number(one.number)} for one in extensions]}


def _number(number: str) -> int | str:
    return int(number) if str(int(number)) == number else number
