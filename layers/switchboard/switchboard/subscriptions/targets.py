"""Which addresses a receiver may give: http or https, a host that reads in one way only, and nothing hidden.

The sender takes its URLs apart here as well: what was checked is what is connected to.
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
# A host that ends in a number is an IPv4 address to some resolver: 127.1, 0x7f.1, 017700000001, 2130706433.
NUMBER_AT_THE_END = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
# What a request line may hold as it is; everything else is percent-encoded.
PLAIN = "%/?:@!$&'()*+,;=~-._[]|"


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart, all of it ASCII. `host` is a name or an address, `authority` is what goes into Host."""

    secure: bool
    host: str
    port: int
    authority: str
    path: str


def check_url(url: str) -> str:
    """The URL itself; ValueError says what is wrong with it, without repeating it."""
    read_target(url)
    return url


@lru_cache(REMEMBERED)
def read_target(url: str) -> Target:
    """The URL taken apart; ValueError says what is wrong with it, without repeating it."""
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
    """Scheme, authority, and path with query."""
    if len(url) > LONGEST_URL:
        raise ValueError(f"must be no longer than {LONGEST_URL} characters")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ValueError("must be a URL without spaces or control characters")
    # Some readers take a backslash for a slash, and so another part of the URL for the host.
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
    """The name as it is looked up. A character that stands for another one, as a circled digit does, is refused."""
    import idna  # noqa: PLC0415 - its tables cost 15 ms, and few names need them

    # The sign for kelvin is no letter, and its small form is one.
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
