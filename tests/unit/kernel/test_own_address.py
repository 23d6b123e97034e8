"""The hub's own addresses, in every spelling."""

import pytest

from switchboard.kernel.own_address import asked_at, leads_to, own_addresses

PUBLIC = "https://hub.example/v1"


@pytest.mark.parametrize(("own", "same", "other"), [
    (
        PUBLIC,
        ["https://hub.example/", "https://HUB.example:443/webhooks/vpbx/s?x=1"],
        ["https://hub.example:8443/", "http://hub.example/", "https://crm.hub.example/", "https://hub.example.org/"],
    ),
    (
        "http://127.0.0.1:8080",
        ["http://localhost:8080/x", "http://127.0.0.2:8080/", "http://[::1]:8080/", "http://0.0.0.0:8080/",
         "http://[::]:8080/", "http://[::ffff:127.0.0.1]:8080/", "http://a.localhost:8080/", "https://localhost:8080/"],
        ["http://localhost:9000/", "http://192.168.1.2:8080/", "http://localhost/"],
    ),
    ("https://xn--80akhbyknj4f.example", ["https://испытание.example/"], ["https://example/"]),
])  # fmt: skip
def test_every_spelling_of_an_own_address_is_known(own: str, same: list[str], other: list[str]) -> None:
    """By host and port; other paths of the same host are the hub, too."""
    assert [url for url in same if not leads_to(url, [own])] == []
    assert [url for url in other if leads_to(url, [own])] == []


def test_the_gateways_own_host_is_known_from_the_request() -> None:
    """A hub without a public URL has no other address."""
    with asked_at("abc123def4.execute-api.us-east-1.amazonaws.com"):
        assert leads_to("https://abc123def4.execute-api.us-east-1.amazonaws.com/v1/x", own_addresses(PUBLIC))
        assert not leads_to("https://zzz.execute-api.us-east-1.amazonaws.com/v1/x", own_addresses(PUBLIC))
    assert own_addresses("") == []


def test_an_own_address_that_is_no_url_leads_nowhere() -> None:
    """A wrong setting refuses no receiver."""
    assert not leads_to("https://crm.example/", ["not a url", ""])
