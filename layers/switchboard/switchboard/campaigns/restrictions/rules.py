"""The rules, apart from all tables: which form a number is known by, and what it may not be called for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import phonenumbers

from switchboard.campaigns.restrictions.model import Entry, Restriction, Standing
from switchboard.kernel.numbers import to_e164

WHOLE = 0  # among the lengths of beginnings: whole numbers
_NUMBER = re.compile(r"\+?[0-9]{2,15}")
_BEGINNING = re.compile(r"(\+?)([0-9]{1,15})\*")
_NOISE = re.compile(r"[\s().-]")


def key_of(number: str, region: str) -> str:
    """The digits that a number is known by, however it is written: E.164 without `+` where the plans are sure of it."""
    return (to_e164(number, region) or number).lstrip("+")


def entry_key(text: str, region: str) -> str:
    """The key of an entry out of a number in any usual form, or a beginning with `*`; ValueError for anything else.

    A beginning is that of E.164, with or without `+`; one that starts as national numbers of the region do when they
    are dialled (8 in Russia) is taken for theirs.
    """
    bare = _NOISE.sub("", text)
    if found := _BEGINNING.fullmatch(bare):
        return f"{_international(found[2], '' if found[1] else region)}*"
    if not _NUMBER.fullmatch(bare):
        raise ValueError("It must be a number of 2 to 15 digits, or up to 15 digits and * at the end.")
    return key_of(bare, region)


def length_of(key: str) -> int:
    """How many digits of a number an entry's key is compared with; WHOLE for all of them."""
    return len(key) - 1 if key.endswith("*") else WHOLE


def keys_about(digits: str, lengths: Collection[int]) -> list[str]:
    """The keys of the entries that would forbid a number, where the list has entries of these lengths alone."""
    return [f"{digits[:length]}*" if length else digits for length in sorted(lengths) if length <= len(digits)]


def day_of(now: datetime, timezone: str) -> str:
    """The day (`2026-03-14`) of an account's zone."""
    return now.astimezone(ZoneInfo(timezone)).date().isoformat()


def judge(digits: str, keys: Collection[str], standing: Standing, cap: int, now: datetime) -> Restriction | None:
    """Why a number may not be called; `keys` are those about it. A cap of 0 is none."""
    if any(key in standing.entries and standing.entries[key].holds(now) for key in keys):
        return Restriction.DO_NOT_CALL
    if cap and len(standing.calls.get(digits, ())) >= cap:
        return Restriction.DAILY_CAP
    return None


def _international(digits: str, region: str) -> str:
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region, None) if region else None
    trunk = plan.national_prefix if plan else None
    if plan is None or not trunk or not digits.startswith(trunk):
        return digits
    return f"{plan.country_code}{digits.removeprefix(trunk)}"


def sorted_entries(entries: Iterable[Entry]) -> list[Entry]:
    """One entry for each key, the last of those that were given, by key."""
    return sorted({entry.key: entry for entry in entries}.values(), key=lambda entry: entry.key)
