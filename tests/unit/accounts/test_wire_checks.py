"""Signatures and address ranges of sources."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from switchboard.accounts.model import HmacAuth, SourceAuth
from switchboard.accounts.wire_checks import WireFacts, check_wire, is_within
from switchboard.errors import Unauthorized
from tests.support.builders import a_source
from tests.support.secrets import opened, sealed

RAW, SECRET = '{ "a" : "я",}'.encode(), "сложный secret"


def digest(algorithm: str = "sha256", raw: bytes = RAW, secret: str = SECRET) -> bytes:
    return hmac.digest(secret.encode(), raw, algorithm)


def accepts(auth: dict[str, Any], shown: str, name: str = "x-signature") -> bool:
    signature = HmacAuth(**{"header": "X-Signature", "secret": sealed("acme", SECRET), **auth})
    try:
        check_wire(a_source(auth=SourceAuth(hmac=signature)), WireFacts(RAW, {name: shown}), opened)
    except Unauthorized:
        return False
    return True


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signature_of_the_raw_bytes_is_accepted(algorithm: str) -> None:
    """In hex of any letter case or in base64, with a prefix or without one."""
    made = digest(algorithm)
    kind = {"algorithm": algorithm}
    assert accepts(kind, made.hex())
    assert accepts(kind, made.hex().upper())
    assert accepts({**kind, "prefix": f"{algorithm}="}, f"{algorithm.upper()}={made.hex()}")
    assert accepts({**kind, "encoding": "base64"}, base64.b64encode(made).decode())


@pytest.mark.parametrize(
    "shown",
    ["", "sha256=", digest().hex(), f"sha256={digest(raw=b'{}').hex()}", f"sha256={digest(secret='other').hex()}",
     f"sha256={digest('sha512').hex()}", f"sha256={digest().hex()[:-1]}", "sha256=я", f"sha1={digest().hex()}"],
)  # fmt: skip
def test_another_signature_is_refused(shown: str) -> None:
    """Of other bytes, by another secret or algorithm, cut off, without the prefix, or missing."""
    assert not accepts({"prefix": "sha256="}, shown)
    assert not accepts({"prefix": "sha256="}, f"sha256={digest().hex()}", "x-other")


def test_the_digest_of_the_raw_body_is_that_of_the_standard_library() -> None:
    """The block size of each algorithm is used."""
    assert digest() == hmac.new(SECRET.encode(), RAW, hashlib.sha256).digest()


@pytest.mark.parametrize(
    ("address", "ranges", "fits"),
    [
        ("192.0.2.9", ("192.0.2.0/24",), True),
        ("192.0.3.9", ("192.0.2.0/24",), False),
        ("192.0.2.9", ("203.0.113.7/32", "192.0.2.9/32"), True),
        ("2001:db8::5", ("2001:db8::/32",), True),
        ("2001:db9::5", ("2001:db8::/32",), False),
        ("::ffff:192.0.2.9", ("192.0.2.0/24",), True),
        ("192.0.2.9", ("2001:db8::/32",), False),
        ("", ("0.0.0.0/0",), False),
        ("192.0.2.9, 10.0.0.1", ("192.0.2.0/24",), False),
    ],
)
def test_an_address_is_within_a_range_or_not(address: str, ranges: tuple[str, ...], fits: object) -> None:
    """IPv4, IPv6, and IPv4 mapped into IPv6; what is no address is in no range."""
    assert is_within(address, ranges) is fits


def test_every_part_that_is_set_must_fit() -> None:
    """The address alone is not enough where a signature is set, too."""
    auth = SourceAuth(hmac=HmacAuth("X-Signature", sealed("acme", SECRET)), addresses=("192.0.2.0/24",))
    signed = {"x-signature": digest().hex()}
    check_wire(a_source(auth=auth), WireFacts(RAW, signed, "192.0.2.1"), opened)
    for wire in (WireFacts(RAW, signed, "192.0.3.1"), WireFacts(RAW, {}, "192.0.2.1")):
        with pytest.raises(Unauthorized):
            check_wire(a_source(auth=auth), wire, opened)
