"""Questions to other systems: to vetted addresses alone, verified, without cookies and proxies."""

from pathlib import Path

import pytest
import requests

from switchboard.net.guard import Guard
from switchboard.net.resolver import Resolver
from switchboard.net.session import vetted_session
from tests.support.certificates import Authority
from tests.support.receiver import receiving

HOST = "pbx.example"


def session_to(address: str, *, allow_private: bool = True, verify: str | bool = True) -> requests.Session:
    """A session for which every name is at this address."""
    return vetted_session(Guard(Resolver(lambda _: [address]), allow_private=allow_private), verify=verify)


def test_it_asks_the_vetted_address_for_the_host() -> None:
    """Host is that of the URL, wherever the connection goes."""
    with receiving() as pbx:
        assert session_to("127.0.0.1").get(f"http://{HOST}:{pbx.port}/a").status_code == 200
        assert pbx.requests[0].headers["host"] == f"{HOST}:{pbx.port}"


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1"])
def test_it_connects_to_no_private_address(address: str) -> None:
    """And says so without naming it."""
    with pytest.raises(requests.ConnectionError, match="address_not_public"):
        session_to(address, allow_private=False).get(f"http://{HOST}/")


def test_a_literal_private_address_is_refused_too() -> None:
    """No look-up is needed for that."""
    with pytest.raises(requests.ConnectionError, match="address_not_public"):
        session_to("192.0.2.1", allow_private=False).get("http://127.0.0.1:1/")


def test_a_certificate_must_hold_for_the_host(tmp_path: Path) -> None:
    """Not for the address that was connected to."""
    authority = Authority()
    trusted = tmp_path / "ca.pem"
    trusted.write_text(authority.pem)
    with receiving(tls=authority.server(tmp_path, HOST)) as pbx:
        session = session_to("127.0.0.1", verify=str(trusted))
        assert session.get(f"https://{HOST}:{pbx.port}/").status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            session.get(f"https://other.example:{pbx.port}/")


def test_it_knows_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's would see our tokens."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with receiving() as pbx:
        assert session_to("127.0.0.1").get(f"http://{HOST}:{pbx.port}/").status_code == 200
