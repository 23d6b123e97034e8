"""Which addresses a receiver may give: http or https, with a host, and nothing hidden in them."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST_URL = 2048


def check_url(url: str) -> str:
    """The URL itself; ValueError says what is wrong with it, without repeating it."""
    if len(url) > LONGEST_URL:
        raise ValueError(f"must be no longer than {LONGEST_URL} characters")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ValueError("must be a URL without spaces or control characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("must be a valid URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError("must be an http or https URL with a host")
    if "@" in parts.netloc:
        raise ValueError("must not carry a user name or password")
    return url
