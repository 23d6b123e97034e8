"""Keys that cannot be guessed: at least 128 bits, if their characters are chosen at random."""

from __future__ import annotations

from math import log2
from string import hexdigits

LEAST_BITS, LEAST_DIFFERENT = 128, 8
# The numbers of characters of each class.
DIGITS, HEX, LETTERS, OTHERS = 10, 16, 26, 32
WEAK = "It must be random, with at least 128 bits: 22 letters and digits, or 32 digits of hex."


def is_strong(key: str) -> bool:
    """Whether a key has the length and the variety of a random key of 128 bits. A long word passes, too."""
    return len(set(key)) >= LEAST_DIFFERENT and len(key) * log2(_pool(key)) >= LEAST_BITS


def _pool(key: str) -> int:
    if not key.isdecimal() and all(letter in hexdigits for letter in key):
        return HEX
    classes = (
        (DIGITS, str.isdecimal),
        (LETTERS, str.islower),
        (LETTERS, str.isupper),
        (OTHERS, lambda letter: not letter.isalnum()),
    )
    return sum(size for size, belongs in classes if any(map(belongs, key))) or 1
