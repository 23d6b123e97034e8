"""Tell which of the Cyrillic encodings a text is in, by the letters of Russian.

General detectors fail on short lists: on ten names, on capitals, on a hundred Latin names and one Russian.
"""

from __future__ import annotations

import re
from functools import lru_cache

CANDIDATES = ("cp1251", "cp866", "koi8-r", "mac-cyrillic", "iso8859-5")
MOST_WRONG = 0.1  # of the characters beyond ASCII
MOST_MIXED = 0.2  # of the letters beyond ASCII: those that touch Latin letters
NEVER = -8.0
NO_BREAK = b"\xa0"  # a blank in Windows, the letter `а` in DOS
_ASCII = bytes(range(128))
USUAL = 0.3  # how much more probable Windows is, where letters alone do not tell
_BY_FREQUENCY = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_OTHERS = frozenset("іїєґўәіңғүұқөһђјљњћџ")
_SIGNS = frozenset("№«»—–…“”„’‘\u00a0°•·")
_MIXED = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f\W\d_]+|[^\x00-\x7f\W\d_]+(?=[A-Za-z])")
_TURNED = re.compile(r"[а-яё][А-ЯЁ]")
_BEYOND = re.compile(r"[^\x00-\x7f]")


def cyrillic_of(data: bytes) -> str:
    """Return the encoding in which the bytes are most probably Russian text; empty if in none."""
    if not data.replace(NO_BREAK, b"").translate(None, _ASCII):
        return ""
    scores = {name: score for name in CANDIDATES if (score := _score(data, name)) is not None}
    return max(scores, key=lambda name: scores[name]) if scores else ""


def _score(data: bytes, name: str) -> float | None:
    """Return how usual the letters are in Russian; None if too many characters are not Russian."""
    text = data.decode(name, "replace")
    beyond = _BEYOND.findall(text)
    weights = [_weight(char) for char in beyond]
    if not weights or weights.count(NEVER) > MOST_WRONG * len(weights):
        return None
    mixed = sum(map(len, _MIXED.findall(text)))
    if mixed > MOST_MIXED * len(weights):
        return None
    usual = USUAL if name == CANDIDATES[0] else 0.0
    return (sum(weights) - 3 * len(_TURNED.findall(text))) / len(weights) + usual


@lru_cache(maxsize=1024)
def _weight(char: str) -> float:
    lower = char.lower()
    place = _BY_FREQUENCY.find(lower)
    if place >= 0:
        return -place / 8 - (0.1 if char != lower else 0)
    if lower in _OTHERS:
        return -6.0
    return -2.0 if char in _SIGNS else NEVER
