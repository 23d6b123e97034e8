"""Functions that stream: answers piece by piece, refusals in one, and an end where the client goes."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from switchboard.errors import NotFound, Refused
from switchboard.lambdas.streaming import App, Request, Streamed, json_answer, streaming
from tests.support.gateway import HOST

MIB = 1024 * 1024


def refuse(error: Refused) -> Streamed:
    return json_answer(error.status, {"code": error.code})


class Client:
    """Asks an app, and counts what comes. It hangs up after so many pieces, where that is said."""

    def __init__(self, *, patience: int | None = None) -> None:
        self.status, self.headers, self.size, self.pieces = 0, {}, 0, 0
        self.body = b""
        self.ended = False
        self._patience = patience
        self._asked = False
        self._gone: asyncio.Event
        self._heard: asyncio.Event

    def ask(self, app: App, path: str = "/api/v1/record/call-1", method: str = "GET") -> Client:
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "headers": [(b"host", HOST.encode()), (b"Range", b"bytes=0-")],
        }

        async def run() -> None:
            self._gone, self._heard = asyncio.Event(), asyncio.Event()
            await app(scope, self._receive, self._send)

        asyncio.run(run())
        return self

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        asyncio.get_running_loop().call_soon(self._heard.set)  # after whoever waits for this has it
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
            return
        self.pieces += 1
        self.size += len(message["body"])
        self.body = message["body"] or self.body
        self.ended = not message["more_body"]
        if self.pieces == self._patience:
            self._gone.set()
            await self._heard.wait()


def test_pieces_are_sent_as_they_come() -> None:
    """With status and headers before them."""
    app = streaming(lambda _: Streamed(206, {"Content-Length": "6"}, [b"abc", b"def"]), refuse)
    client = Client().ask(app)
    assert (client.status, client.headers, client.size, client.ended) == (206, {b"content-length": b"6"}, 6, True)


def test_a_large_answer_is_never_whole_in_memory() -> None:
    """120 MiB go by with the room of a few pieces."""
    pieces = (bytes(256 * 1024) for _ in range(480))
    tracemalloc.start()
    client = Client().ask(streaming(lambda _: Streamed(200, {}, pieces), refuse))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert client.size == 120 * MIB
    assert peak < 4 * MIB


@pytest.mark.parametrize("path", ["/api/v1/record/a%2Fb%20c", "/v1/api/v1/record/a%2Fb%20c", "/a%2Fb%20c?x=/y"])
def test_the_last_part_of_the_path_is_what_is_meant(path: str) -> None:
    """Decoded, and with or without a stage before it."""
    seen: list[Request] = []

    def serve(request: Request) -> Streamed:
        seen.append(request)
        return Streamed(200, {})

    Client().ask(streaming(serve, refuse), path)
    assert (seen[0].place, seen[0].header("range"), seen[0].header("cookie")) == ("a/b c", "bytes=0-", "")


def test_a_refusal_is_an_answer() -> None:
    """In the shape of its dialect."""

    def serve(_: Request) -> Streamed:
        raise NotFound("nothing")

    client = Client().ask(streaming(serve, refuse))
    assert (client.status, client.body) == (404, b'{"code":"not_found"}')


def test_a_failure_of_ours_is_an_answer_that_tells_nothing() -> None:
    """Whatever went wrong."""

    def serve(_: Request) -> Streamed:
        raise RuntimeError("secret")

    client = Client().ask(streaming(serve, refuse))
    assert (client.status, client.body) == (500, b'{"code":"internal"}')


@pytest.mark.parametrize("method", ["HEAD", "POST", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(method: str) -> None:
    """Nothing is done by them."""
    assert Client().ask(streaming(lambda _: Streamed(200, {}), refuse), method=method).status == 405


def test_no_more_is_read_than_a_client_waits_for() -> None:
    """Who hangs up is not sent the rest, and what was read from is closed."""
    read, closed = [], []

    def pieces() -> Iterator[bytes]:
        try:
            for number in range(1000):
                read.append(number)
                yield b"x"
        finally:
            closed.append(True)

    client = Client(patience=2).ask(streaming(lambda _: Streamed(200, {}, pieces()), refuse))
    assert len(read) < 10
    assert closed == [True]
    assert not client.ended


def test_what_breaks_off_does_not_end_well() -> None:
    """The client must not take a part for the whole."""

    def pieces() -> Iterator[bytes]:
        yield b"x"
        raise OSError("the store")

    client = Client()
    with pytest.raises(OSError, match="the store"):
        client.ask(streaming(lambda _: Streamed(200, {}, pieces()), refuse))
    assert not client.ended
