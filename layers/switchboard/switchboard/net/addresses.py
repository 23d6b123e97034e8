"""Public addresses and names, the only targets of deliveries.

The tables are the hub's own, because `ipaddress` changes its idea of global and private between versions of Python.
Public IPv6 is 2000::/3, the range that registries allocate, without the special networks in it.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

NOT_PUBLIC_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network; 0.0.0.0 is this machine
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carriers' NAT, and Alibaba's metadata (100.100.100.200)
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's host
        "169.254.0.0/16",  # link-local, and the metadata of AWS, Google and Azure (169.254.169.254)
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, and Oracle's metadata (192.0.0.192)
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # automatic multicast tunnelling
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

# Outside of 2000::/3 are loopback, unspecified, v4-mapped and -compatible (::/8), discard-only (100::/64),
# SRv6 (5f00::/16), unique local (fc00::/7, with AWS's metadata fd00:ec2::254), link-local (fe80::/10),
# site-local (fec0::/10), multicast (ff00::/8) and unallocated ranges.
WORLD_IPV6 = IPv6Network("2000::/3")
NOT_PUBLIC_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # 6bone, given back
        "3fff::/20",  # documentation
    )
)
# DNS64 gives receivers without IPv6 an address in this prefix (RFC 6052). Such an address is as public as the IPv4
# address inside; the local-use prefix 64:ff9b:1::/48 is never public.
NAT64 = IPv6Network("64:ff9b::/96")
# ISATAP: an interface identifier of 0000:5efe or 0200:5efe, then an IPv4 address, under any prefix.
ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
LOW_32_BITS = 0xFFFF_FFFF

# Endings that the public DNS does not and will not have (RFC 6761, 6762, 7686, 8375, 9476, ICANN's 'internal').
NOT_PUBLIC_NAMES = (
    *("alt", "corp", "home", "home.arpa", "internal", "intranet", "invalid", "lan", "local", "localdomain"),
    *("localhost", "mail", "onion", "private", "test"),
)


def is_public(address: str) -> bool:
    """Whether an address, with or without a zone, is public. Raises ValueError for text that is no address."""
    ip = ip_address(address.partition("%")[0])
    return _public_ipv4(ip) if isinstance(ip, IPv4Address) else _public_ipv6(ip)


def is_public_name(name: str) -> bool:
    """Whether the public DNS can have a name: the name has a dot and no ending reserved for private networks."""
    return "." in name and not any(name.endswith(f".{ending}") for ending in NOT_PUBLIC_NAMES)


def _public_ipv4(ip: IPv4Address) -> bool:
    return not any(ip in network for network in NOT_PUBLIC_IPV4)


def _public_ipv6(ip: IPv6Address) -> bool:
    if ip in NAT64:
        return _public_ipv4(IPv4Address(int(ip) & LOW_32_BITS))
    if (int(ip) >> 32) & LOW_32_BITS in ISATAP:
        return False
    return ip in WORLD_IPV6 and not any(ip in network for network in NOT_PUBLIC_IPV6)
