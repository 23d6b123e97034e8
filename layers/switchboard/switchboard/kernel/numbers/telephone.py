"""One notion of 'the same telephone', for duplicates, do-not-call lists, caps, calls at once and search."""

from __future__ import annotations

import re

from switchboard.kernel.numbers.clean import clean
from switchboard.kernel.numbers.plan import plan_of
from switchboard.kernel.numbers.read import to_e164

EXTENSION_MARK = "x"  # between a number and its extension: `83432106951x102`
_PLAIN = re.compile(r"(\+?)([0-9]{2,20})")
_SEPARATORS = re.compile(r"[\s().\-]+")
_EXTENSION = re.compile(r"(?i)[x;]\s*(?:ext=)?[0-9]{1,6}$")


def telephone_key(number: str, region: str) -> str:
    """Return the digits that all spellings of one telephone have in common; an extension is no part of them.

    The digits are E.164 without `+`, by the plan of `region`. Local and short numbers stay as they are dialled.
    `89161234567`, `+7 916 123-45-67` and `9161234567` are one telephone in Russia, known to the plan or not.
    """
    bare = _SEPARATORS.sub("", clean(number_and_extension(number)[0]))
    found = _PLAIN.fullmatch(bare)
    if found is None:
        return (to_e164(number, region) or bare).lstrip("+")
    plan, digits, plus = plan_of(region), found[2], bool(found[1])
    sure = plan.international(digits, plus=plus) or plan.own(digits, plus=plus)
    if sure is None:
        known = to_e164(bare, region)
        sure = known.lstrip("+") if known else None if plus else plan.assumed(digits)
    return sure or digits


def number_and_extension(phone: str) -> tuple[str, str]:
    """Return the number of a telephone, and its extension or an empty text: `83432106951x102` is 83432106951, 102."""
    number, mark, extension = phone.partition(EXTENSION_MARK)
    return (number, extension) if mark and extension.isdecimal() else (phone, "")
