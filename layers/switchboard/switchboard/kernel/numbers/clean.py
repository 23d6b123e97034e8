"""The text of a number without marks that nobody sees, and with plain digits and dashes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LONGEST = 2048  # characters; a longer text is no telephone number
_KEPT_CONTROLS = frozenset("\t\n\r")
# Dashes are one, and NFKC would turn the numero sign into the letters `No`.
_SIGNS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc"), "-") | {0x2116: "#"}


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """The text in Unicode's compatibility form (NFKC), with ASCII digits, and without invisible marks.

    Invisible marks are the characters of the categories Cf and Cc: direction marks, zero-width spaces, soft hyphens,
    byte-order marks. Tabs and line breaks stay: they part two numbers.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    plain = unicodedata.normalize("NFKC", text.translate(_SIGNS))
    return "".join(_digit(char) for char in plain if not _is_invisible(char)).strip()


def _is_invisible(char: str) -> bool:
    return char not in _KEPT_CONTROLS and unicodedata.category(char) in {"Cf", "Cc", "Mn", "Me"}


def _digit(char: str) -> str:
    if char.isascii():
        return char
    if char.isspace():
        return " "
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)
