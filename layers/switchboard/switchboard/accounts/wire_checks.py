"""Check the signature and the address of a request from a source: facts of the wire, beside what the request shows."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from switchboard.accounts.model import HmacAuth, Source
from switchboard.errors import Unauthorized

OpenSecret = Callable[[str, str], str]
"""Return a sealed secret of an account in plain text."""


@dataclass(frozen=True, slots=True)
class WireFacts:
    """The raw body, the headers with lower-case names, and the address of the TCP connection's other end."""

    raw: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = ""


def check_wire(source: Source, wire: WireFacts, open_secret: OpenSecret) -> None:
    """Raise Unauthorized unless address and signature fit. A source without ranges and HMAC takes any request."""
    auth = source.auth
    if auth.addresses and not is_within(wire.address, auth.addresses):
        raise Unauthorized("Requests of this source may not come from this address.")
    if auth.hmac and not _is_signed(auth.hmac, wire, open_secret(source.account, auth.hmac.secret)):
        raise Unauthorized("The signature of this request is missing or wrong.")


def is_within(address: str, ranges: Sequence[str]) -> bool:
    """Whether an IPv4 or IPv6 address is in one of the ranges. An IPv4 address may be mapped into IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in _network(one) for one in ranges)


@lru_cache(1024)
def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text)


def _is_signed(auth: HmacAuth, wire: WireFacts, secret: str) -> bool:
    """Compare in constant time. The letter case of hex digits and of the prefix does not matter."""
    shown = wire.headers.get(auth.header.lower(), "").strip()
    if not shown.lower().startswith(auth.prefix.lower()):
        return False
    shown = shown[len(auth.prefix) :].strip()
    digest = hmac.digest(secret.encode(), wire.raw, auth.algorithm)
    wanted = digest.hex() if auth.encoding == "hex" else base64.b64encode(digest).decode()
    given = shown.lower() if auth.encoding == "hex" else shown
    return hmac.compare_digest(given.encode(), wanted.encode())
