"""Pure rules: the key of a number, and the decision whether a number may be called."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from switchboard.campaigns.restrictions.model import DoNotCallEntry, Restriction, RestrictionFacts
from switchboard.kernel.numbers import listed_numbers, telephone_key
from switchboard.kernel.numbers.clean import clean
from switchboard.kernel.numbers.plan import plan_of

WHOLE = 0  # among the lengths of prefixes: whole numbers
_BEGINNING = re.compile(r"(\+?)([0-9]{1,15})\*")
_NOISE = re.compile(r"[\s().\-~]")
NO_ENTRY = "It must be a number of 2 to 15 digits, or up to 15 digits and * at the end."
SEVERAL = "It must be one number."
ALL_ABROAD = "The prefix of calls abroad alone is no entry: it must be followed by a country code, as in +44*."


def entry_key(text: str, region: str) -> str:
    """Return the key of an entry from a number in any usual form, or a prefix with `*`. Raises ValueError otherwise.

    A prefix belongs to E.164, with or without `+`. A prefix as dialled in the region (in Russia with 8, or with 810
    for calls abroad) is converted. An extension is no part of the key: the entry forbids the telephone.
    """
    bare = _NOISE.sub("", clean(text)).replace("\uff0a", "*")
    if found := _BEGINNING.fullmatch(bare):
        return f"{_international(found[2], '' if found[1] else region)}*"
    try:
        numbers = listed_numbers(text, region)
    except ValueError as error:
        raise ValueError(str(error) if "must be" in str(error) else f"{NO_ENTRY} {error}") from None
    if len(numbers) != 1:
        raise ValueError(SEVERAL if numbers else NO_ENTRY)
    return telephone_key(numbers[0], region)


def length_of(key: str) -> int:
    """The number of digits that an entry's key is compared with; WHOLE for a whole number."""
    return len(key) - 1 if key.endswith("*") else WHOLE


def keys_about(digits: str, lengths: Collection[int]) -> list[str]:
    """Return the keys of all possible entries that forbid a number, given the lengths in the list."""
    return [f"{digits[:length]}*" if length else digits for length in sorted(lengths) if length <= len(digits)]


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
    """Return a prefix of E.164 for a prefix as dialled in a region; digits of no region stay."""
    plan = plan_of(region)
    if plan.abroad and (digits.startswith(plan.abroad) or _is_beginning(digits, plan.abroad, plan.trunk)):
        rest = digits.removeprefix(plan.abroad)
        if rest == digits or not rest:
            raise ValueError(ALL_ABROAD)
        return rest
    if not plan.trunk or not digits.startswith(plan.trunk):
        return digits
    return f"{plan.code}{digits.removeprefix(plan.trunk)}"


def _is_beginning(digits: str, abroad: str, trunk: str) -> bool:
    """Whether digits are a part of the prefix of calls abroad, and more than the trunk prefix."""
    return abroad.startswith(digits) and len(digits) > len(trunk)


def sorted_entries(entries: Iterable[DoNotCallEntry]) -> list[DoNotCallEntry]:
    """Sort entries by key; of several entries with one key keep the last."""
    return sorted({entry.key: entry for entry in entries}.values(), key=lambda entry: entry.key)
