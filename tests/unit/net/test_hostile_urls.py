"""The corpus: a URL in it is refused when a subscription is made, and again when a delivery is to go there."""

import socket
import ssl
from typing import Any

import pytest

from switchboard.errors import Invalid
from switchboard.kernel.targets import check_url
from switchboard.net.http import HttpSender
from switchboard.net.targets import VettedTargets
from tests.support.builders import NOON, a_request
from tests.unit.net.corpus import Hostile, a_guard, hostile_urls

CORPUS = hostile_urls()
ENOUGH = 150
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # no certificate is ever looked at


@pytest.fixture
def _no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a connection would fail the test."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)


def test_the_corpus_is_worth_its_name() -> None:
    """So many URLs, each once."""
    assert len({hostile.url for hostile in CORPUS}) == len(CORPUS)
    assert len(CORPUS) >= ENOUGH


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: ascii(hostile.url))
def test_a_hostile_url_cannot_be_subscribed_with(hostile: Hostile) -> None:
    """The refusal names the field, and repeats neither the URL nor where it leads."""
    with pytest.raises(Invalid) as caught:
        VettedTargets(a_guard(*hostile.addresses)).vet(hostile.url)
    assert caught.value.field == "webhook_url"
    assert not any(secret in caught.value.message for secret in (hostile.url, *hostile.addresses))


@pytest.mark.usefixtures("_no_sockets")
@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: ascii(hostile.url))
def test_nothing_is_sent_to_a_hostile_url(hostile: Hostile) -> None:
    """Whatever got into the table: no connection is opened."""
    sender = HttpSender(allow_private=False, guard=a_guard(*hostile.addresses), tls=TLS)
    attempt = sender.send(a_request(hostile.url), NOON)
    assert attempt.error in ("bad_url", "address_not_public")
    assert attempt.status is None


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example.com",
        "https://crm.example.com/",
        "HTTPS://CRM.Example.COM/Hook",
        "https://crm.example.com:8443/hook?a=1&b=%20",
        "https://crm.example.com?token=x",
        "https://a-b.c_d.example.co.uk/~x/;y=1/@z/a:b",
        "https://1c.example.com/",
        "https://1.2.3.example.com/",
        "https://127.0.0.1.example.com/",
        "https://0x7f.example.com/",
        "https://xn--e1afmkfd.xn--p1ai/hook",
        "https://почта.рф/вызовы?имя=ё",
        "https://ПОЧТА.рф/",
        "https://straße.example.com/",
        "http://93.184.216.34:8080/hook",
        "http://[2606:2800:220:1:248:1893:25c8:1946]/",
        "http://[2606:2800:220:1:248:1893:25c8:1946]:8080/",
        "http://[64:ff9b::93.184.216.34]/",
        "https://hooks.example.com/" + "x" * 2000,
        f"https://{'a' * 63}.example.com/",
    ],
)
def test_a_good_url_is_accepted(url: str) -> None:
    """With any path and query, a name of any script, or a public address, and it is kept as it was written."""
    VettedTargets(a_guard()).vet(url)
    assert check_url(url) == url
