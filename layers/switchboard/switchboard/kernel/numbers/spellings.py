"""Find every usual spelling of one number in texts that are searched and not read.

The search finds the national number with separators between its digits, and behind the prefixes of its plan. Addresses
and URL-encoded texts count too. A longer row of digits is another number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

SHORTEST_BARE = 7  # digits; a shorter national number is found behind a prefix alone
OUTSIDE_LINE = "[90]"  # what offices dial before the number of an outside line
# Blanks, dashes, brackets, dots and slashes: as they are, URL-encoded, as HTML, and as JSON within JSON.
_SEPARATOR = (
    r"(?:[\s().,/+\-\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060\u2212]|%20|%28|%29|%2[DdEeFfCc]|%C2%A0|%c2%a0"
    r"|&nbsp;|\\u00a0|\\u20[0-9a-f]{2}|\\[tn])"
)
_BETWEEN = f"{_SEPARATOR}{{0,3}}"
_PLUS = r"(?:\+|%2[Bb]|\\u002b)"
_INTERNATIONAL = ("00", "011", "810")  # what is dialled instead of `+`


@dataclass(frozen=True, slots=True)
class NumberSearch:
    """The search for one number. `core` is a quick test for the digits, `whole` has prefixes and borders."""

    core: re.Pattern[str]
    whole: re.Pattern[str]

    def found_in(self, text: str) -> bool:
        """Whether the text holds the number in any usual spelling."""
        plain = _plain(text)
        return bool(self.core.search(plain) and self.whole.search(plain))

    def taken_from(self, text: str) -> str:
        """Return the text without the number. A text without the number is returned as given."""
        return self.whole.sub("", _plain(text)) if self.found_in(text) else text


@lru_cache(maxsize=64)
def spellings_of(e164: str) -> NumberSearch:
    """Return the search for a number in E.164. Raises ValueError for any other text."""
    try:
        parsed = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException as error:
        raise ValueError("This is no number in E.164.") from error
    national = phonenumbers.national_significant_number(parsed)
    behind = "|".join(_prefixes(parsed.country_code or 0))
    prefix = f"(?:(?:{OUTSIDE_LINE}{_BETWEEN})?(?:{behind}){_BETWEEN})"
    optional = "?" if len(national) >= SHORTEST_BARE else ""
    core = _digits(national)
    return NumberSearch(re.compile(core), re.compile(f"(?<![0-9]){prefix}{optional}{core}(?![0-9])"))


def _prefixes(country: int) -> Iterable[str]:
    """Yield the expressions of what may stand before a national number: country codes, and trunk prefixes."""
    yield f"(?:{_PLUS}{_BETWEEN})?{_digits(str(country))}"
    yield from (_digits(f"{prefix}{country}") for prefix in _INTERNATIONAL)
    regions = phonenumbers.region_codes_for_country_code(country)
    trunks = {phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True) for region in regions}
    yield from (_digits(trunk) for trunk in sorted(filter(None, trunks)))


def _plain(text: str) -> str:
    """Return the text with plain digits and signs (NFKC)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _digits(digits: str) -> str:
    return _BETWEEN.join(digits)
