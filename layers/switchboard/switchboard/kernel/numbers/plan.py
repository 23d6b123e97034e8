"""National numbering plans as compiled patterns: they read most numbers a hundred times faster than the library.

The patterns are libphonenumber's. A number that they do not know may still be valid: ask `to_e164`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

FIXED_LENGTH = 10  # digits of every national number in the regions whose plan has one length
_KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)
_ORDINARY = ("fixed_line", "mobile", "toll_free")
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class NumberingPlan:
    """A region's plan: country code, trunk prefix, prefix of calls abroad, and the pattern of national numbers.

    `length` is the length of every national number, 0 where lengths differ. `ordinary` numbers cost what a call at home
    costs, or nothing.
    """

    code: str
    trunk: str
    abroad: str
    length: int
    known: re.Pattern[str]
    mobile: re.Pattern[str]
    ordinary: re.Pattern[str] = _NEVER

    def international(self, digits: str, *, plus: bool) -> str | None:
        """Return country code and national number for digits as dialled in the region; None unless the plan is sure."""
        trunk, code = self.trunk, self.code
        if not plus and trunk and digits.startswith(trunk):
            national = digits[len(trunk) :]
        elif digits.startswith(code) and (plus or len(digits) == self.length + len(code)):
            national = digits[len(code) :]
            if trunk and national.startswith(trunk) and not self.length:
                return None
        elif not plus and len(digits) == self.length:
            national = digits
        else:
            return None
        return f"{code}{national}" if self.known.fullmatch(national) else None

    def own(self, digits: str, *, plus: bool) -> str | None:
        """Return the same for digits that no other country can claim, whether or not a pattern knows them."""
        if not self.length or (self.trunk and digits.startswith(self.trunk) and not plus):
            return None
        if digits.startswith(self.code) and len(digits) == self.length + len(self.code):
            return digits
        return f"{self.code}{digits}" if not plus and len(digits) == self.length and digits[0] != "0" else None

    def assumed(self, digits: str) -> str | None:
        """Return the same for digits of the plan's length that no pattern knows; None for other lengths."""
        if not self.length:
            return None
        trunk, code = self.trunk, self.code
        if len(digits) == self.length:
            return f"{code}{digits}"
        if trunk and digits.startswith(trunk) and len(digits) == self.length + len(trunk):
            return f"{code}{digits[len(trunk) :]}"
        return None


_NO_PLAN = NumberingPlan("", "", "", 0, _NEVER, _NEVER)


@lru_cache(maxsize=300)
def plan_of(region: str) -> NumberingPlan:
    """Return the plan of a region (ISO 3166-1, two letters); a plan that knows nothing for another text."""
    found = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if found is None:
        return _NO_PLAN
    trunk, code, abroad = found.national_prefix or "", str(found.country_code), found.international_prefix or ""
    lengths = found.general_desc.possible_length if found.general_desc else ()
    length = FIXED_LENGTH if lengths and min(lengths) == FIXED_LENGTH else 0
    abroad = abroad if abroad.isdecimal() else ""
    is_plain = found.national_prefix_for_parsing in {None, trunk} and not found.national_prefix_transform_rule
    if not is_plain:
        return NumberingPlan(code, trunk, abroad, length, _NEVER, _NEVER)
    patterns = {name: kind.national_number_pattern for name in _KINDS if (kind := getattr(found, name))}
    ordinary = _any_of([patterns.get(name) for name in _ORDINARY])
    mobile = (found.mobile and found.mobile.national_number_pattern) or ""
    return NumberingPlan(code, trunk, abroad, length, _any_of([*patterns.values()]), _any_of([mobile]), ordinary)


def _any_of(patterns: list[str | None]) -> re.Pattern[str]:
    told = [pattern for pattern in patterns if pattern and pattern != "NA"]
    return re.compile("|".join(f"(?:{pattern})" for pattern in told)) if told else _NEVER
