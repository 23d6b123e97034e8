"""Keys that cannot be guessed."""

import secrets
from uuid import uuid4

from switchboard.kernel.strong_keys import is_strong


def test_random_keys_of_128_bits_are_strong() -> None:
    """In the usual spellings, and in longer ones."""
    for make in (lambda: secrets.token_urlsafe(32), lambda: secrets.token_hex(16), lambda: str(uuid4())):
        assert all(is_strong(make()) for _ in range(20))


def test_short_and_monotonous_keys_are_weak() -> None:
    """Whatever their characters."""
    weak = ("", "1", "12345678", "password", "a" * 64, "ab" * 32, "0123456789" * 3, secrets.token_hex(15), "Ab1-" * 5)
    for key in weak:
        assert not is_strong(key), key
