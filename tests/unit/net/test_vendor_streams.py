"""Listening to a vendor's stream: what comes in comes on at once, and there is an end to everything else."""

from __future__ import annotations

from itertools import islice

import pytest

from switchboard.dialects.vendor_requests import VendorRequest
from switchboard.errors import Invalid, ProviderRefused, ProviderSilent, Refusal, Refused
from switchboard.net import vendor_streams as module
from switchboard.net.guard import Guard
from switchboard.net.resolver import Resolver
from switchboard.net.session import vetted_session
from switchboard.net.vendor_streams import VendorStreams
from tests.support.receiver import Behaviour, Exchange, Received, answer, answering, receiving, resetting, silent

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ENDLESS = HEAD + b"Connection: close\r\n\r\n"
QUESTION = VendorRequest("GET", ("/sys/events",), {"Authorization": "Bearer t", "Last-Event-ID": "Ж 7"})


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BEAT", 0.01)


def streams(*, allow_private: bool = True, within: float = 5.0) -> VendorStreams:
    guard = Guard(Resolver(), allow_private=allow_private)
    return VendorStreams(lambda: vetted_session(guard), within)


def saying(head: bytes, *pieces: bytes, stays: bool = False) -> Behaviour:
    """Say these, and then nothing for ever, or goodbye."""

    def behave(exchange: Exchange, _: Received) -> bool:
        exchange.send(head)
        for piece in pieces:
            exchange.send(piece)
        if stays:
            exchange.pause(10)
        return False

    return behave


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


@pytest.mark.parametrize("behave", [
    saying(ENDLESS, b"data: 1\n\n", b"data: 2\n\n"),
    saying(CHUNKED, chunk(b"data: 1\n\n"), chunk(b"data: 2\n\n"), chunk(b"")),
    saying(CHUNKED, chunk(b"data: 1\n\n") + chunk(b"data: 2\n\n")),
    saying(ENDLESS, b"data: 1\n\ndata: 2\n\n"),
])  # fmt: skip
def test_what_is_said_is_given_until_the_vendor_hangs_up(behave: Behaviour) -> None:
    """With or without a word."""
    with receiving(behave) as vendor, streams().listen(f"http://127.0.0.1:{vendor.port}/", QUESTION) as pieces:
        assert b"".join(pieces) == b"data: 1\n\ndata: 2\n\n"
    asked = vendor.requests[0]
    assert (asked.method, asked.path, asked.headers["authorization"]) == ("GET", "/sys/events", "Bearer t")


def test_what_is_said_is_given_at_once() -> None:
    """Though the chunk that it is in goes on, and nothing more comes; silence is told."""
    begun = saying(CHUNKED, b"1000\r\ndata: 1\n\n", stays=True)
    with receiving(begun) as vendor, streams().listen(f"http://127.0.0.1:{vendor.port}", QUESTION) as pieces:
        said = [piece for piece in islice(pieces, 20) if piece]
        assert said == [b"data: 1\n\n"]


def test_several_chunks_at_once_are_given_without_waiting_for_more() -> None:
    """What has been read is not kept back until something else comes."""
    begun = saying(CHUNKED + b"".join(chunk(f"data: {one}\n\n".encode()) for one in range(9)), stays=True)
    with receiving(begun) as vendor, streams().listen(f"http://127.0.0.1:{vendor.port}", QUESTION) as pieces:
        said = b"".join(islice(pieces, 20))
        assert said.count(b"data") == 9


@pytest.mark.parametrize("body", [b"", b"data: 1\n\n"])
def test_an_answer_that_has_an_end_is_a_stream_that_ended(body: bytes) -> None:
    """Though there was nothing in it."""
    behave = answering(200, body, Content_Type="text/event-stream")
    with receiving(behave) as vendor, streams().listen(f"http://127.0.0.1:{vendor.port}", QUESTION) as pieces:
        assert b"".join(pieces) == body


def test_who_listens_no_more_hangs_up() -> None:
    """At once, though the vendor says nothing, or more than anybody takes."""
    for behave in (saying(ENDLESS, stays=True), saying(ENDLESS, *[b"x" * 100_000] * 100, stays=True)):
        with receiving(behave) as vendor:
            with streams().listen(f"http://127.0.0.1:{vendor.port}", QUESTION) as pieces:
                next(pieces)
            vendor.stop()
            assert vendor.hung_up.acquire(timeout=5)


@pytest.mark.parametrize(("status", "refusal"), [
    (401, Refusal.FORBIDDEN), (403, Refusal.FORBIDDEN), (204, Refusal.FORBIDDEN), (429, Refusal.TOO_FAST),
    (500, Refusal.UNAVAILABLE), (404, Refusal.REJECTED), (301, Refusal.REJECTED),
])  # fmt: skip
def test_a_status_that_is_no_stream_is_a_refusal(status: int, refusal: Refusal) -> None:
    """A redirect among them: it would carry the token elsewhere."""
    refused = answering(status, b"", Location="http://127.0.0.1:1/", Content_Type="text/event-stream")
    assert failure(refused) is refusal


def failure(behave: Behaviour) -> Refusal:
    with (
        receiving(behave) as vendor,
        pytest.raises(ProviderRefused) as refused,
        streams().listen(f"http://127.0.0.1:{vendor.port}", QUESTION),
    ):
        pass
    return refused.value.refusal


@pytest.mark.parametrize("kind", ["application/json", "text/html", "", "text/event-streams"])
def test_what_is_no_stream_of_events_is_not_understood(kind: str) -> None:
    """Whatever status it has."""
    assert failure(answering(200, b"{}", Content_Type=kind)) is Refusal.REJECTED


@pytest.mark.parametrize(("behave", "error"), [(silent, ProviderSilent), (resetting, ProviderSilent)])
def test_who_does_not_answer_is_not_waited_for(behave: Behaviour, error: type[Refused]) -> None:
    """For longer than a moment."""
    with (
        receiving(behave) as vendor,
        pytest.raises(error),
        streams(within=0.3).listen(f"http://127.0.0.1:{vendor.port}", QUESTION),
    ):
        pass


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:9", "http://[::1]:9", "http://169.254.1.1", "http://localhost"])
def test_no_stream_of_a_private_network_is_read(base_url: str) -> None:
    """Its address is refused before anything is connected."""
    with pytest.raises(Invalid) as refused, streams(allow_private=False).listen(base_url, QUESTION):
        pass
    assert refused.value.field == "base_url"


def test_who_cannot_be_reached_is_told_so() -> None:
    """And may be later."""
    with receiving() as gone:
        url = f"http://127.0.0.1:{gone.port}"
    with pytest.raises(ProviderRefused) as refused, streams().listen(url, QUESTION):
        pass
    assert refused.value.refusal is Refusal.UNAVAILABLE


def test_an_id_in_other_letters_is_sent_as_the_standard_says() -> None:
    """In UTF-8."""
    with receiving(saying(ENDLESS)) as vendor, streams().listen(f"http://127.0.0.1:{vendor.port}", QUESTION) as pieces:
        assert list(pieces) == []
    assert vendor.requests[0].headers["last-event-id"] == "Ж 7"


def test_an_answer_that_is_refused_is_closed() -> None:
    """The vendor has few connections to give."""
    with receiving(lambda exchange, _: (exchange.send(answer(429)), True)[1]) as vendor:
        with pytest.raises(ProviderRefused), streams().listen(f"http://127.0.0.1:{vendor.port}", QUESTION):
            pass
        assert vendor.hung_up.acquire(timeout=5)
