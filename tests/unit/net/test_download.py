"""Recordings read from other systems."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from switchboard.net.download import Download
from switchboard.net.guard import Guard
from switchboard.net.resolver import Resolver
from switchboard.net.session import vetted_session
from switchboard.recordings.ports import NeverAvailable, NotYetAvailable
from tests.support.builders import a_recording
from tests.support.receiver import (
    Behaviour,
    Exchange,
    Received,
    Receiver,
    answer,
    answering,
    dripping_body,
    dripping_headers,
    receiving,
    resetting,
    silent,
)

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


class Tokens:
    """Port Credentials: a token for what is at one origin."""

    def __init__(self, origin: str) -> None:
        self._origin = urlsplit(origin).netloc

    def headers_for(self, account: str, source: str, url: str) -> Mapping[str, str]:  # noqa: ARG002 - the port's
        return {"Authorization": "Bearer token"} if urlsplit(url).netloc == self._origin else {}


def read(
    url: str, *, origin: str = "http://pbx.example", seconds: float = 10.0, allow_private: bool = True
) -> tuple[bytes, int | None]:
    session = vetted_session(Guard(Resolver(lambda _: ["127.0.0.1"]), allow_private=allow_private))
    download = Download(session, Tokens(origin), seconds, lambda: NOW)
    with download.open(a_recording(reference=url)) as found:
        return b"".join(found.chunks), found.size


def redirecting(to: str, times: int = 99) -> Behaviour:
    """Send elsewhere so many times, then answer."""
    left = [to] * times

    def behave(exchange: Exchange, request: Received) -> bool:
        exchange.send(answer(302, b"", Location=left.pop()) if left else answer(200, b"audio"))
        return True

    return behave


def test_the_body_comes_with_its_size() -> None:
    """As it is, in no encoding."""
    with receiving(answering(200, b"audio")) as pbx:
        assert read(pbx.url) == (b"audio", 5)
        assert pbx.requests[0].headers["accept-encoding"] == "identity"


def test_a_token_is_shown_to_its_own_origin_alone() -> None:
    """Not to where that sends us, and again where that sends us back."""
    with receiving() as pbx, receiving() as cdn:
        pbx.behave = redirecting(cdn.url, times=1)
        cdn.behave = redirecting(pbx.url, times=1)
        assert read(pbx.url, origin=pbx.url)[0] == b"audio"
        shown = [one.headers.get("authorization") for one in (*pbx.requests, *cdn.requests)]
    assert shown == ["Bearer token", "Bearer token", None]


def test_a_password_in_an_address_goes_nowhere() -> None:
    """It is not ours to show."""
    with receiving(answering(200, b"audio")) as pbx:
        read(pbx.url.replace("http://", "http://user:secret@"))
        assert "authorization" not in pbx.requests[0].headers


def test_three_redirects_are_followed_and_no_more() -> None:
    """Relative ones too."""
    with receiving(redirecting("/calls", times=3)) as pbx:
        assert read(pbx.url)[0] == b"audio"
    with receiving(redirecting("/calls", times=4)) as pbx, pytest.raises(NotYetAvailable, match="too_many_redirects"):
        read(pbx.url)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://pbx.example/1", "gopher://127.0.0.1:1/"])
def test_a_redirect_to_another_scheme_is_not_followed(to: str) -> None:
    """There is nothing for us."""
    with receiving(redirecting(to)) as pbx, pytest.raises(NeverAvailable, match="bad_url"):
        read(pbx.url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://10.0.0.1/", "http://169.254.10.20/latest/", "http://[::1]/"]
)
def test_no_private_address_is_asked(url: str) -> None:
    """The instance's metadata least of all; and that does not change by waiting."""
    with pytest.raises(NeverAvailable, match="address_not_public"):
        read(url, allow_private=False)


def test_a_redirect_into_a_private_network_is_refused() -> None:
    """Every hop is vetted."""
    with receiving(answering(200, b"secret")) as inside:
        guard = Guard(Resolver(lambda _: ["127.0.0.1"]), allow_private=False, public=lambda address: address != "::1")
        with receiving(redirecting("http://[::1]:1/")) as pbx:
            download = Download(vetted_session(guard), Tokens("http://x"), 10.0, lambda: NOW)
            with (
                pytest.raises(NeverAvailable, match="address_not_public"),
                download.open(a_recording(reference=pbx.url)),
            ):
                pass
        assert inside.requests == []


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (404, {}, None),
        (401, {}, None),
        (500, {"Retry_After": "soon"}, None),
        (503, {"Retry_After": "30"}, 30.0),
        (429, {"Retry_After": "Sat, 14 Mar 2026 12:01:00 GMT"}, 60.0),
        (503, {"Retry_After": "Sat, 14 Mar 2026 11:00:00 GMT"}, 0.0),
        (503, {"Retry_After": "9" * 50}, None),
    ],
)
def test_other_answers_are_for_later(status: int, headers: dict[str, str], wait: float | None) -> None:
    """When the source says."""
    with (
        receiving(answering(status, b"", **headers)) as pbx,
        pytest.raises(NotYetAvailable, match=f"status_{status}") as error,
    ):
        read(pbx.url)
    assert error.value.retry_after == wait


def test_what_is_gone_is_gone() -> None:
    """410 is a last word."""
    with receiving(answering(410)) as pbx, pytest.raises(NeverAvailable, match="status_410"):
        read(pbx.url)


def short(exchange: Exchange, request: Received) -> bool:
    """Promise more than is sent."""
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbeginning")
    return False


@pytest.mark.parametrize("behave", [resetting, short])
def test_a_broken_connection_is_for_later(behave: Behaviour) -> None:
    """Before the answer or in the middle of it."""
    with receiving(behave) as pbx, pytest.raises(NotYetAvailable, match="connection_broken"):
        read(pbx.url)


def dripping_size(exchange: Exchange, request: Received) -> bool:
    """Send the size of a chunk a digit at a time, for ever."""
    exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while exchange.pause(0.02):
        exchange.send(b"0")
    return False


def stalling(exchange: Exchange, request: Received) -> bool:
    """Begin a body that tells no length, and say no more."""
    exchange.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbeginning")
    return silent(exchange, request)


@pytest.mark.parametrize("behave", [dripping_headers, dripping_body, dripping_size, stalling, silent])
def test_what_drips_does_not_take_for_ever(behave: Behaviour) -> None:
    """There is a time for all of it, headers and body; and what was cut off is not taken for the whole."""
    with receiving(behave) as pbx, pytest.raises(NotYetAvailable, match="timeout"):
        read(pbx.url, seconds=0.3)


def test_nobody_is_asked_when_the_time_is_over() -> None:
    """At no further redirect either: each is asked only while there is time."""
    with receiving() as pbx, pytest.raises(NotYetAvailable, match="timeout"):
        read(pbx.url, seconds=0.0)
    assert pbx.requests == []


def test_nobody_there_is_for_later() -> None:
    """It may be out of order."""
    closed = Receiver()
    url = closed.url
    closed.stop()
    with pytest.raises(NotYetAvailable, match="connection_refused"):
        read(url)


@pytest.mark.parametrize("url", ["http://", "http://a b/", "https://[/", "http://x:99999999/"])
def test_what_is_no_address_is_never_read(url: str) -> None:
    """However often one asks."""
    with pytest.raises(NeverAvailable, match="bad_url"):
        read(url)
