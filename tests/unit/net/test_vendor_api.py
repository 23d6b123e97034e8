"""Questions to vendors' APIs: what was not sent is refused, what was not answered is silence."""

import json
from pathlib import Path
from typing import Any

import pytest

from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.errors import Invalid, ProviderRefused, ProviderSilent, Refusal
from switchboard.net.guard import Guard
from switchboard.net.resolver import Resolver
from switchboard.net.session import vetted_session
from switchboard.net.vendor_api import READ_AT_MOST, VendorApi
from tests.support.certificates import Authority
from tests.support.receiver import (
    Behaviour,
    Exchange,
    Received,
    answer,
    answering,
    dripping_body,
    dripping_headers,
    receiving,
    resetting,
    silent,
)

GET = VendorRequest("GET", ("/a", "/b"))


def api(total: float = 5.0, *, allow_private: bool = True, verify: str | bool = True) -> VendorApi:
    guard = Guard(Resolver(lambda _: ["127.0.0.1"]), allow_private=allow_private)
    return VendorApi(lambda: vetted_session(guard, verify=verify), total)


def ask(behave: Behaviour, question: VendorRequest = GET, total: float = 5.0) -> tuple[VendorAnswer, list[Received]]:
    with receiving(behave) as pbx:
        return api(total).at(f"http://127.0.0.1:{pbx.port}/")(question), pbx.requests


def test_a_question_is_sent_as_it_is_worded() -> None:
    """Method, path, query, headers and body."""
    question = VendorRequest("POST", ("/a",), {"Authorization": "Bearer t"}, {"event_name": "end.call"}, {"имя": "я"})
    told, (request,) = ask(answering(200, b'{"id": 1}'), question)
    assert told == VendorAnswer(200, {"id": 1})
    assert (request.method, request.path, json.loads(request.body)) == ("POST", "/a?event_name=end.call", {"имя": "я"})
    assert (request.headers["authorization"], request.headers["content-type"]) == ("Bearer t", "application/json")


@pytest.mark.parametrize("body", [b"", b"x", b"<html>", b"\xff", b"[" * 100_000, b"x" * (READ_AT_MOST + 1)])
def test_a_body_that_is_no_json_is_nothing(body: bytes) -> None:
    """The status counts."""
    assert ask(answering(200, body))[0] == VendorAnswer(200, None)


@pytest.mark.parametrize("status", [204, 301, 400, 401, 409, 500])
def test_every_status_is_an_answer(status: int) -> None:
    """No redirect is followed, and one spelling is enough."""
    told, requests = ask(answering(status, b"", Location="http://127.0.0.1:1/"))
    assert (told.status, len(requests)) == (status, 1)


def test_another_spelling_is_asked_where_there_is_nothing() -> None:
    """In the order given, as long as the answer is 404."""

    def behave(exchange: Exchange, request: Received) -> bool:
        exchange.send(answer(200 if request.path == "/b" else 404, b"{}"))
        return False

    told, requests = ask(behave)
    assert (told, [one.path for one in requests]) == (VendorAnswer(200, {}), ["/a", "/b"])
    assert ask(answering(404))[0].status == 404


def test_questions_that_share_their_time_end_with_it() -> None:
    """What there is no time for is not sent, be it the other spelling of a path that was."""
    times = iter([0.0, 1.0, 21.0, 22.0])
    guard = Guard(Resolver(), allow_private=True)
    with receiving(answering(404)) as pbx:
        slow = VendorApi(lambda: vetted_session(guard), clock=lambda: next(times))
        ask = slow.at(f"http://127.0.0.1:{pbx.port}", within=20)
        for _ in range(2):
            with pytest.raises(ProviderRefused) as refused:
                ask(GET)
            assert refused.value.refusal is Refusal.UNAVAILABLE
        assert [one.path for one in pbx.requests] == ["/a"]


@pytest.mark.parametrize("behave", [silent, resetting, dripping_headers, answering(99)])
def test_what_was_sent_and_not_answered_is_silence(behave: Behaviour) -> None:
    """It may have been done, whatever went wrong then."""
    with pytest.raises(ProviderSilent):
        ask(behave, total=0.3)


def test_a_body_that_drips_is_not_waited_for() -> None:
    """The time is for all of the answer."""
    with pytest.raises(ProviderSilent):
        ask(dripping_body, total=0.3)


def test_an_endless_body_is_cut() -> None:
    """A mebibyte is read and no more."""

    def endless(exchange: Exchange, request: Received) -> bool:
        exchange.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not exchange.stopped.is_set():
            exchange.send(b"x" * 65536)
        return False

    assert ask(endless)[0] == VendorAnswer(200, None)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://127.0.0.1:1"])
def test_what_was_not_sent_is_refused(url: str) -> None:
    """And may be asked again."""
    with pytest.raises(ProviderRefused) as refused:
        api().at(url)(GET)
    assert refused.value.refusal is Refusal.UNAVAILABLE


def test_a_certificate_that_nobody_vouches_for_ends_it_before_anything_is_sent(tmp_path: Path) -> None:
    """The token stays here."""
    with receiving(tls=Authority().server(tmp_path, "127.0.0.1")) as pbx:
        with pytest.raises(ProviderRefused):
            api().at(f"https://127.0.0.1:{pbx.port}")(GET)
        assert pbx.requests == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://pbx.example:1"])
def test_a_private_address_is_the_operators_mistake(url: str) -> None:
    """The base URL leads to where it may not."""
    with pytest.raises(Invalid) as refused:
        api(allow_private=False).at(url)(GET)
    assert refused.value.field == "base_url"


def test_a_header_that_no_header_can_hold_is_refused() -> None:
    """Nothing was sent, so it is no silence."""
    with receiving() as pbx:
        with pytest.raises(ProviderRefused) as refused:
            api().at(f"http://127.0.0.1:{pbx.port}")(VendorRequest("GET", ("/a",), {"Authorization": "Bearer ключ"}))
        assert (refused.value.refusal, pbx.requests) == (Refusal.UNAVAILABLE, [])


@pytest.mark.parametrize("bad", [{"Authorization": "Bearer a\r\nX: y"}, {"Authorization": "Bearer \n"}])
def test_a_header_that_cannot_be_sent_is_not_sent(bad: dict[str, Any]) -> None:
    """It would be another header, or another request."""
    with receiving() as pbx:
        with pytest.raises(Invalid):
            api().at(f"http://127.0.0.1:{pbx.port}")(VendorRequest("GET", ("/a",), bad))
        assert pbx.requests == []
