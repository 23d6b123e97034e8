"""Pure rules: the key of a number, and the decision whether a number may be called."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import phonenumbers

from switchboard.campaigns.restrictions.model import DoNotCallEntry, Restriction, RestrictionFacts
from switchboard.kernel.numbers import to_e164

WHOLE = 0  # among the lengths of prefixes: whole numbers
_NUMBER = re.compile(r"\+?[0-9]{2,15}")
_BEGINNING = re.compile(r"(\+?)([0-9]{1,15})\*")
_NOISE = re.compile(r"[\s().-]")


def key_of(number: str, region: str) -> str:
    """Return the digits that identify a number: E.164 without `+`, else the dialled digits."""
    return (to_e164(number, region) or number).lstrip("+")


def entry_key(text: str, region: str) -> str:
    """Return the key of an entry from a number in any usual form, or a prefix with `*`. Raises ValueError otherwise.

    A prefix belongs to E.164, with or without `+`. A prefix with the region's trunk digit (8 in Russia) is converted.
    """
    bare = _NOISE.sub("", text)
    if found := _BEGINNING.fullmatch(bare):
        return f"{_international(found[2], '' if found[1] else region)}*"
    if not _NUMBER.fullmatch(bare):
        raise ValueError("It must be a number of 2 to 15 digits, or up to 15 digits and * at the end.")
    return key_of(bare, region)


def length_of(key: str) -> int:
    """The number of digits that an entry's key is compared with; WHOLE for a whole number."""
    return len(key) - 1 if key.endswith("*") else WHOLE


def keys_about(digits: str, lengths: Collection[int]) -> list[str]:
    """Return the keys of all possible entries that forbid a number, given the lengths in the list."""
    return [f"{digits[:length]}*" if length else digits for length in sorted(lengths) if length <= len(digits)]


def day_of(now: datetime, timezone: str) -> str:
    """The date (`2026-03-14`) in an account's time zone."""
    return now.astimezone(ZoneInfo(timezone)).date().isoformat()


def judge(
    digits: str, keys: Collection[str], standing: RestrictionFacts, cap: int, now: datetime
) -> Restriction | None:
    """Return why a number must not be called, or None. `keys` are its possible entries; a `cap` of 0 is no cap."""
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


def sorted_entries(entries: Iterable[DoNotCallEntry]) -> list[DoNotCallEntry]:
    """Sort entries by key; of several entries with one key keep the last."""
    return sorted({entry.key: entry for entry in entries}.values(), key=lambda entry: entry.key)
