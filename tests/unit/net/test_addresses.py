"""Which addresses are public: told by tables of our own, down to the edges of the networks."""

from ipaddress import ip_network

import pytest

from switchboard.net.addresses import NOT_PUBLIC_IPV4, NOT_PUBLIC_IPV6, is_public, is_public_name

NETWORKS = (*NOT_PUBLIC_IPV4, *NOT_PUBLIC_IPV6, ip_network("64:ff9b:1::/48"), ip_network("::/8"))


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_a_network_is_not_public_from_its_first_to_its_last_address(network: object) -> None:
    """No edge is open."""
    net = ip_network(str(network))
    assert not is_public(str(net[0]))
    assert not is_public(str(net[-1]))


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0"),
        *("168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0"),
        *("192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255"),
        *("2000::1", "2001:200::1", "2001:4860:4860::8888", "2003::1", "2606:4700::1111", "2a00:1450::1"),
        *("3ffd:ffff::1", "3fff:1000::1", "2620:4f:7fff::1", "2620:4f:8001::1"),
        *("64:ff9b::8.8.8.8", "64:ff9b::101:101"),
    ],
)
def test_what_lies_beside_these_networks_is_public(address: str) -> None:
    """Nothing is refused that is out in the world."""
    assert is_public(address)


@pytest.mark.parametrize("carried", ["0.1.2.3", "10.1.2.3", "127.0.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1"])
def test_nat64_is_as_public_as_what_it_carries(carried: str) -> None:
    """The well-known prefix stands for the IPv4 address behind it."""
    assert not is_public(f"64:ff9b::{carried}")


@pytest.mark.parametrize("address", ["fe80::1%eth0", "fe80::1%25", "::1%lo", "127.0.0.1"])
def test_a_zone_changes_nothing(address: str) -> None:
    """An address is seen through its zone."""
    assert not is_public(address)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f000001", "[::1]", "1.2.3.4 "])
def test_what_is_no_address_is_neither(text: str) -> None:
    """It is an error, and never public."""
    with pytest.raises(ValueError, match="does not appear"):
        is_public(text)


@pytest.mark.parametrize("name", ["localhost", "crm", "crm.localhost", "a.b.internal", "x.home.arpa", "crm.local"])
def test_a_name_of_a_private_network_is_not_public(name: str) -> None:
    """One label, or an ending that the public DNS does not have."""
    assert not is_public_name(name)


@pytest.mark.parametrize("name", ["crm.example.com", "local.example.com", "mylocal.ru", "internal.io", "arpa.net"])
def test_any_other_name_is_public(name: str) -> None:
    """An ending is a whole label."""
    assert is_public_name(name)
