import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from local import front_door
from local.errors import LocalError
from local.gateway_answers import ANSWERS
from local.lambda_limits import LARGEST_EVENT, OF_ALL_EVENTS, fits_an_event

API = "http://127.0.0.1:4566/restapis/abc/v1/_user_request_"


class Upstream:
    """Stands for the emulator: keeps what it was asked, and answers what it is told to."""

    def __init__(self, answer: httpx.Response | Exception | None = None) -> None:
        self.answer = answer or httpx.Response(200, stream=httpx.ByteStream(b"{}"))
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request to a front door before this upstream."""

        async def ask() -> httpx.Response:
            onward = httpx.AsyncClient(transport=httpx.MockTransport(self))
            door = httpx.ASGITransport(front_door.application(API, onward))
            async with httpx.AsyncClient(transport=door, base_url="http://127.0.0.1:8080") as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


def target_of(request: httpx.Request) -> bytes:
    target: bytes = request.extensions["target"]
    return target


def test_a_request_goes_on_as_it_came(upstream: Upstream) -> None:
    """Method, path with its percent-encoding, query, headers and body are untouched."""
    path = "/admin/a%2Fb%20c?q=%2B1+2&q=2"
    upstream.ask("PATCH", path, content=b"{}", headers={"Authorization": "Bearer x"})
    (request,) = upstream.asked
    assert request.method == "PATCH"
    assert target_of(request) == b"/restapis/abc/v1/_user_request_/admin/a%252Fb%2520c?q=%2B1+2&q=2"
    assert request.content == b"{}"
    assert request.headers["authorization"] == "Bearer x"
    assert request.headers["x-forwarded-proto"] == "http"


def test_the_host_of_the_request_stays_here(upstream: Upstream) -> None:
    """The emulator looks for services by the host, and ours is the REST API alone."""
    upstream.ask("GET", "/", headers={"Host": "s3.localhost"})
    assert upstream.asked[0].headers.get_list("host") == ["127.0.0.1:4566"]


def test_an_answer_comes_back_as_it_is() -> None:
    """Status, repeated headers and bytes are the hub's own, compressed or not."""
    headers = [("content-type", "text/plain"), ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("connection", "close")]
    upstream = Upstream(httpx.Response(409, headers=headers, stream=httpx.ByteStream(b"taken")))
    answer = upstream.ask("POST", "/x", content=b"1")
    assert (answer.status_code, answer.content) == (409, b"taken")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert "connection" not in answer.headers


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_over_the_limit_is_refused(upstream: Upstream, *, chunked: bool) -> None:
    """More than 10 MB is 413 in JSON, whether or not the length was told first, and goes nowhere."""
    body = b"x" * (front_door.LARGEST_BODY + 1)

    async def chunks() -> AsyncIterator[bytes]:
        yield body

    answer = upstream.ask("POST", "/x", content=chunks() if chunked else body)
    assert answer.status_code == 413
    assert answer.json()["name"] == "413 Request Entity Too Large"
    assert answer.json()["error"]["code"] == "too_large"
    assert upstream.asked == []


def test_a_body_that_lambda_would_refuse_is_refused() -> None:
    """Base64 makes more than 6 MB of it, though the gateway takes 10 MB; smaller ones pass."""
    small, large = Upstream(), Upstream()
    assert small.ask("POST", "/x", content=b"x" * 4_500_000).status_code == 200
    assert large.ask("POST", "/x", content=b"x" * 4_800_000).status_code == 413
    assert large.asked == []


def test_headers_count_twice_of_what_lambda_takes() -> None:
    """An event has them once by their first values, and once by all."""
    body = (LARGEST_EVENT - OF_ALL_EVENTS - 2 * 1000) // 4 * 3
    assert fits_an_event(body, 1000)
    assert not fits_an_event(body, 1010)


@pytest.mark.parametrize(("error", "status"), [(httpx.ConnectError("refused"), 502), (httpx.ReadTimeout("slow"), 504)])
def test_a_silent_emulator_is_a_gateway_error(error: Exception, status: int) -> None:
    """Without an answer from the emulator there is one of ours, in JSON."""
    answer = Upstream(error).ask("GET", "/x")
    assert answer.status_code == status
    assert answer.json().keys() == {"name", "message", "error", "timestamp", "status", "path"}


def test_a_refusal_is_what_the_gateway_says_on_aws(upstream: Upstream) -> None:
    """The same words from the same table, with the time filled in."""
    told = upstream.ask("POST", "/x", content=b"x" * (front_door.LARGEST_BODY + 1)).json()
    at = told.pop("timestamp")
    assert at > 1_700_000_000_000
    assert told | {"timestamp": at} == ANSWERS["REQUEST_TOO_LARGE"].body(at)


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "QUERY"])
def test_a_method_that_the_gateway_does_not_know_goes_nowhere(upstream: Upstream, method: str) -> None:
    """405, with the methods that the hub knows."""
    answer = upstream.ask(method, "/admin/accounts")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, PATCH, POST, PUT")
    assert (answer.json()["error"]["code"], upstream.asked) == ("method_not_allowed", [])


def test_a_port_in_use_is_refused_at_once() -> None:
    """The refusal names the port and the way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LocalError, match=rf"Port {port} is in use.*PORT="):
            front_door.reserve(port)
