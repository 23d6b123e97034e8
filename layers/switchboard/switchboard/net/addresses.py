"""Which addresses the hub may connect to."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

from switchboard.errors import SwitchboardError


class ForbiddenAddress(SwitchboardError):
    """A receiver's name leads into a network that is not public."""


def resolve(host: str, port: int, *, allow_private: bool) -> list[tuple[str, int]]:
    """Addresses of a host, vetted: one bad one among them refuses the host. Raises OSError, ForbiddenAddress."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(address[0]) for _, _, _, _, address in found))
    if not allow_private:
        _refuse_private(addresses)
    return [(address, port) for address in addresses]


def is_public(address: str) -> bool:
    """Whether an address is out in the world: no loopback, private, link-local, shared or reserved one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    carried = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if carried is not None:
        return False
    return ip.is_global and not ip.is_multicast


def _refuse_private(addresses: Sequence[str]) -> None:
    if not all(is_public(address) for address in addresses):
        raise ForbiddenAddress("The receiver's address is not a public one.")
