"""Check and parse the URLs of receivers: http or https, an unambiguous host, no credentials.

The sender parses URLs with the same code, so that the checked host is the host of the connection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote

LONGEST_URL = 2048
LONGEST_NAME = 253
REMEMBERED = 1024
PORTS = {"http": 80, "https": 443}
LAST_PORT = 65535
BAD_HOST = "must name its host by a domain name or by an address"
BAD_PORT = "must name a host, and no port or one from 1 to 65535"

URL = re.compile(r"(https?)://([^/?#]*)(/[^?#]*)?(\?[^#]*)?", re.IGNORECASE)
HOST_AND_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(?::([1-9][0-9]{0,4}))?", re.ASCII)
LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*")
# Some resolvers read a host that ends in a number as an IPv4 address: 127.1, 0x7f.1, 017700000001, 2130706433.
NUMBER_AT_THE_END = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
# Characters that a request line may hold; every other character is percent-encoded.
PLAIN = "%/?:@!$&'()*+,;=~-._[]|"


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed URL, in ASCII. `host` is a name or an address; `authority` is the value of the Host header."""

    secure: bool
    host: str
    port: int
    authority: str
    path: str


def check_url(url: str) -> str:
    """Return the URL unchanged. Raises ValueError for a bad URL; the message does not repeat the URL."""
    read_target(url)
    return url


def shown_url(url: str) -> str:
    """Return a URL for people: without login and password, and with `***` for each value of the query."""
    start, _, query = url.partition("?")
    scheme, slashes, rest = start.partition("://")
    authority, slash, path = rest.partition("/")
    shown = f"{scheme}{slashes}{authority.rpartition('@')[2]}{slash}{path}"
    names = [f"{name}=***" if has_value else "***" for name, has_value, _ in map(_pair, query.split("&")) if name]
    return f"{shown}?{'&'.join(names)}" if names else shown


def _pair(text: str) -> tuple[str, str, str]:
    return text.partition("=")


@lru_cache(REMEMBERED)
def read_target(url: str) -> Target:
    """Return the parsed URL. Raises ValueError for a bad URL; the message does not repeat the URL."""
    scheme, authority, path = _parts(url)
    found = HOST_AND_PORT.fullmatch(authority)
    if not found:
        raise ValueError(BAD_PORT)
    host = _host(found[1])
    port = int(found[2] or PORTS[scheme])
    if port > LAST_PORT:
        raise ValueError(BAD_PORT)
    shown = f"[{host}]" if ":" in host else host
    return Target(scheme == "https", host, port, shown if port == PORTS[scheme] else f"{shown}:{port}", path)


def _parts(url: str) -> tuple[str, str, str]:
    """Split a URL into scheme, authority, and path with query."""
    if len(url) > LONGEST_URL:
        raise ValueError(f"must be no longer than {LONGEST_URL} characters")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ValueError("must be a URL without spaces or control characters")
    # Some parsers read a backslash as a slash, and find another host.
    if "\\" in url or "#" in url:
        raise ValueError("must be a URL without backslashes and without a fragment (#)")
    found = URL.fullmatch(url)
    if not found:
        raise ValueError("must be an http or https URL with a host")
    if "@" in found[2]:
        raise ValueError("must not carry a user name or password")
    return found[1].lower(), found[2], quote((found[3] or "/") + (found[4] or ""), safe=PLAIN)


def _host(text: str) -> str:
    if text.startswith("["):
        return _ipv6(text[1:-1])
    name = text.lower() if text.isascii() else _a_labels(text)
    if NUMBER_AT_THE_END.fullmatch(name):
        return _ipv4(name)
    if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
        raise ValueError(BAD_HOST)
    return name


def _a_labels(name: str) -> str:
    """Encode an international name for DNS. A character with a compatibility mapping (a circled digit) is refused."""
    import idna  # noqa: PLC0415 - its tables cost 15 ms, and few names need them

    # `lower()` turns the kelvin sign into the letter k.
    if any(character.lower().isascii() for character in name if not character.isascii()):
        raise ValueError(BAD_HOST)
    try:
        return idna.encode(name.lower(), strict=True).decode()
    except UnicodeError:
        raise ValueError(BAD_HOST) from None


def _ipv4(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        raise ValueError("must spell an IPv4 address as four decimal numbers") from None


def _ipv6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except AddressValueError:
        raise ValueError("must spell an IPv6 address correctly") from None
