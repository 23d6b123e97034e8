"""Flags in the query of a request, of every API."""

from __future__ import annotations

from collections.abc import Mapping

from switchboard.errors import Invalid

TRUTH = {"false": False, "0": False, "true": True, "1": True}
FLAGS = ("activity", "details", "dry_run", "skipInvalid")


def flag(query: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """Return a flag in the query. Raises Invalid for other words than true and false."""
    word = query.get(name) or ""
    told = TRUTH.get(word.lower()) if word else default
    if told is None:
        raise Invalid("It must be true or false.", name)
    return told


def check_flags(query: Mapping[str, str]) -> None:
    """Raise Invalid for a flag with another word, also where the route does not come to read the flag."""
    for name in FLAGS:
        flag(query, name)
