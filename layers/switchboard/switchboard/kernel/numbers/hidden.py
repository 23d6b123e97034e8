"""Callers whose number is withheld: they have no number, and two of them are never the same person."""

from __future__ import annotations

import re

from switchboard.kernel.numbers.address import read_address
from switchboard.kernel.numbers.clean import clean

SHORTEST_REPEATED = 7  # fewer equal digits (111, 7777) are an extension or a service
SHORTEST_NATIONAL = 10
ANONYMOUS_ON_KEYS = "266696687"  # some switches spell the word on a telephone's keys
_DIGITS = re.compile(r"\D")
# User parts of SIP addresses that mean 'withheld' (RFC 3323 section 4.1 and what PBXs send instead).
_WITHHELD = re.compile(
    r"(?i)^<?\s*(anonymous\w*|unknown\w*|unavailable|restricted|private|withheld|hidden|blocked|invalid|none|null|nil|"
    r"nobody|no[ _-]?(caller)?[ _-]?(id|number|name)|not[ _-]?available|n/?a|out[ _-]?of[ _-]?area)"
    r"(?:[ _-]*(?:number|caller|call|user|id|name))?\s*>?$"
)


def is_hidden(received: str | None) -> bool:
    """Whether this is no caller's number: nothing, words without a digit, zeros, or one digit over and over.

    A SIP address whose user is a name (`sip:ivan@pbx.example`) is somebody, though without a number.
    """
    text = clean(received or "")
    if not text:
        return True
    address = read_address(text)
    if _WITHHELD.match(address.user) or "anonymous.invalid" in text.lower():
        return True
    digits = _DIGITS.sub("", address.user)
    if not digits:
        return not address.is_address
    return _is_filler(digits)


def _is_filler(digits: str) -> bool:
    if set(digits) == {"0"} or digits == ANONYMOUS_ON_KEYS:
        return True
    if len(digits) >= SHORTEST_REPEATED and len(set(digits)) == 1:
        return True
    return len(digits) > SHORTEST_NATIONAL and set(digits[1:]) == {"0"}
