"""The hub's own addresses: a target there would send the hub's events to the hub.

The public address is a setting. The gateway's own address is known from the request in hand only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address

from switchboard.kernel.targets import Target, read_target

_asked_at: ContextVar[str] = ContextVar("asked_at", default="")


@contextmanager
def asked_at(host: str) -> Iterator[None]:
    """Do the work inside for a request that came to this host of the gateway."""
    before = _asked_at.set(host)
    try:
        yield
    finally:
        _asked_at.reset(before)


def own_addresses(public_url: str) -> list[str]:
    """Return the URLs of the hub, as far as known: the public URL, and the gateway's for the request in hand."""
    host = _asked_at.get()
    return [url for url in (public_url, f"https://{host}" if host else "") if url]


def leads_to(url: str, own: Iterable[str]) -> bool:
    """Whether a URL has the host and port of one of the hub's own. Raises ValueError for a URL that is none.

    All spellings of the same machine count as one host: names of localhost, loopback and unspecified addresses.
    """
    target = _place(read_target(url))
    return any(target == _place(found) for address in own if (found := _read(address)) is not None)


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine by its spelling."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_loopback or mapped.is_unspecified


def _place(target: Target) -> tuple[str, int]:
    host = target.host
    return "localhost" if is_this_machine(host) else host, target.port


def _read(url: str) -> Target | None:
    try:
        return read_target(url)
    except ValueError:
        return None
