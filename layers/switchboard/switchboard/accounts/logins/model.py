"""Refused logins of an address, and how long they hold the address off: pure decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

FREE = 5  # refused logins of an hour that cost no wait
LONGEST = timedelta(minutes=5)
DOUBLED = 10  # times at most that the wait of a second is doubled: more is over LONGEST
SITE_BITS = 64  # of an IPv6 address: one sender has all addresses of such a network
LONGEST_ADDRESS = 64  # characters


@dataclass(frozen=True, slots=True)
class RefusedLogins:
    """How many logins of an address were refused in an hour, and when the last one was."""

    count: int
    last_at: datetime


def wait_after(count: int) -> timedelta:
    """Return the wait after refused logins: none for five, then a second, doubled each time, up to 5 minutes."""
    if count <= FREE:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(count - FREE - 1, DOUBLED)), LONGEST)


def held_until(known: RefusedLogins) -> datetime:
    """Return the time until which an address is held off."""
    return known.last_at + wait_after(known.count)


def sender_of(address: str) -> str:
    """Return the sender by whom refusals are counted: an IPv4 address, or the network of an IPv6 address."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:LONGEST_ADDRESS] or "unknown"
    return address if found.version == 4 else str(ip_network(f"{address}/{SITE_BITS}", strict=False))  # noqa: PLR2004
