"""The functions that stream, on one machine."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from local import front_door
from local.bundle import load_template
from local.errors import LocalError
from local.front_door import Streams
from local.streaming import merged, streams
from local.streaming_process import dispatching

API, STREAMS = "http://127.0.0.1:4566/restapis/abc/v1/_user_request_", "http://127.0.0.1:4567"
PATHS = [("GET", "/api/v1/record/{call_id}")]


def ask(upstream: httpx.MockTransport, method: str, path: str, **options: object) -> httpx.Response:
    """Send a request to a front door with something that streams."""

    async def send() -> httpx.Response:
        app = front_door.application(API, httpx.AsyncClient(transport=upstream), Streams(STREAMS, PATHS))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8080") as client:
            return await client.request(method, path, **options)  # type: ignore[arg-type]

    return asyncio.run(send())


def test_every_route_of_a_function_that_streams_is_known() -> None:
    """By method and path, as the table of routes has them."""
    found = {(one.method, one.path, one.function.folder) for one in streams(load_template())}
    assert ("GET", "/api/v1/record/{call_id}", "vpbx/record") in found
    assert ("GET", "/api/v1/voicemail/{call_id}", "vpbx/voicemail") in found


def test_a_route_fits_its_paths_alone() -> None:
    """One part for each parameter."""
    (record,) = [one for one in streams(load_template()) if one.function.folder == "vpbx/record"]
    assert re.fullmatch(record.pattern, "/api/v1/record/abc")
    assert not re.fullmatch(record.pattern, "/api/v1/record/")
    assert not re.fullmatch(record.pattern, "/api/v1/record/a/b")


def test_what_streams_is_asked_of_its_own_server() -> None:
    """With path, query and headers as they came; its answer comes in pieces."""
    asked: list[httpx.Request] = []

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"abc"

    def upstream(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(206, headers={"content-range": "bytes 0-8/9", "content-length": "9"}, content=pieces())

    answer = ask(httpx.MockTransport(upstream), "GET", "/api/v1/record/a%20b?x=1", headers={"Range": "bytes=0-8"})
    assert (answer.status_code, answer.content) == (206, b"abc" * 3)
    assert answer.headers["content-range"] == "bytes 0-8/9"
    assert asked[0].extensions["target"] == b"/api/v1/record/a%20b?x=1"
    assert (asked[0].url.port, asked[0].headers["range"]) == (4567, "bytes=0-8")


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/v1/record/a"), ("HEAD", "/api/v1/record/a"), ("GET", "/api/v1/record/a/b")]
)
def test_all_else_goes_to_the_gateway(method: str, path: str) -> None:
    """Which words the refusal."""
    asked: list[httpx.Request] = []

    def upstream(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(405, stream=httpx.ByteStream(b""))

    ask(httpx.MockTransport(upstream), method, path)
    assert [request.url.port for request in asked] == [4566]


def test_a_silent_server_is_a_gateway_error() -> None:
    """In JSON."""

    def upstream(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    answer = ask(httpx.MockTransport(upstream), "GET", "/api/v1/record/a")
    assert (answer.status_code, answer.json()["name"]) == (502, "502 Bad Gateway")


def test_all_functions_share_one_environment() -> None:
    """Where they agree; else nobody could tell which of them is right."""
    assert merged([{"A": "1"}, {"A": "1", "B": "2"}]) == {"A": "1", "B": "2"}
    with pytest.raises(LocalError, match="A"):
        merged([{"A": "1"}, {"A": "2"}])


def test_a_path_that_is_nobodys_is_not_found() -> None:
    """Each app gets its own paths."""
    sent: list[dict[str, object]] = []

    async def app(scope: object, receive: object, send: object) -> None:
        sent.append({"status": 200})

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    dispatch = dispatching([(re.compile("/a/[^/]+"), app)])
    asyncio.run(dispatch({"raw_path": b"/a/1%2F2"}, None, send))
    asyncio.run(dispatch({"raw_path": b"/b"}, None, send))
    assert [message.get("status") for message in sent] == [200, 404, None]
