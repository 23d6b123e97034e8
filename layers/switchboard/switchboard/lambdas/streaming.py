"""Functions with streamed answers: each is an ASGI app in a web server behind Lambda's web adapter.

The work of an app is a plain function, called in a thread; only sending is asynchronous. On one machine, the hub's web
server runs the same apps.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from switchboard.errors import MethodNotAllowed, Refused
from switchboard.kernel.hops import HEADER, check_hops, hops_in
from switchboard.kernel.plain_text import unquoted
from switchboard.lambdas.http import JSON, internal, to_json
from switchboard.lambdas.logins import address_of, counting_refusals
from switchboard.observability.logs import logger

T = TypeVar("T")
StreamMessage = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[StreamMessage]]
Send = Callable[[StreamMessage], Awaitable[None]]
# Lambda Web Adapter writes the `requestContext` of the event into this header, over what a client may have sent.
CONTEXT = "x-amzn-request-context"
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `place` is the last part of the path, decoded, and `parts` are all parts.

    A stage may precede the path, so routes count parts from the end. Names of headers are in lower case. `address` is
    that of the sender.
    """

    method: str
    place: str
    headers: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    address: str = ""

    def header(self, name: str) -> str:
        """Return a header by its name in lower case, empty if absent."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer with a body in pieces."""

    status: int
    headers: Mapping[str, str]
    body: Iterable[bytes] = ()


def login(request: Request, behind: Callable[[str], T]) -> T:
    """Return what `behind` finds by the header Authorization. Raises Unauthorized, which is counted, and HeldOff."""
    shown = request.header("authorization")
    with counting_refusals(shown, request.address, "/".join(request.parts[:-1])):
        return behind(shown)


Serve = Callable[[Request], Streamed]
Refuse = Callable[[Refused], Streamed]


def streaming(serve: Serve, refuse: Refuse) -> App:
    """Return the app that answers GET by `serve`, and errors by `refuse`."""

    async def app(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        answer = await asyncio.to_thread(_answer, scope, serve, refuse)
        await send({"type": "http.response.start", "status": answer.status, "headers": raw_headers(answer.headers)})
        await _send_body(answer.body, receive, send)

    return app


def json_answer(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Streamed:
    """Return an answer with a whole JSON body."""
    content = to_json(body).encode()
    return Streamed(status, {"Content-Type": JSON, "Content-Length": str(len(content)), **(headers or {})}, [content])


def request_of(scope: Mapping[str, Any]) -> Request:
    """Return the request in an ASGI scope. Raises Invalid unless the path is UTF-8."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    parts = tuple(unquoted(part, "path") for part in raw.partition(b"?")[0].decode("latin-1").split("/"))
    query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
    return Request(scope["method"], parts[-1], headers, query, parts, _sender(scope, headers))


def _sender(scope: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """Return the sender's address: of the gateway's request, which the web adapter hands on, else of the connection."""
    with suppress(ValueError, AttributeError):
        found = address_of({"requestContext": json.loads(headers[CONTEXT])} if CONTEXT in headers else {})
        if found:
            return found
    return str((scope.get("client") or ("",))[0])


def _answer(scope: Mapping[str, Any], serve: Serve, refuse: Refuse) -> Streamed:
    if scope["method"] != "GET":
        return refuse(MethodNotAllowed("This path takes GET."))
    try:
        request = request_of(scope)
        check_hops(hops_in(request.header(HEADER.lower())))
        return serve(request)
    except Refused as error:
        return refuse(error)
    except Exception as error:  # noqa: BLE001 - every failure gets a documented answer
        return refuse(internal(error))


async def _send_body(body: Iterable[bytes], receive: Receive, send: Send) -> None:
    """Send the body piece by piece, until the client has disconnected."""
    pieces, gone = iter(body), asyncio.ensure_future(client_gone(receive))
    try:
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            if gone.done():
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except Exception as error:
        # The status has been sent. An abnormal end tells the client that the body is incomplete.
        logger().exception("response.cut_off", extra={"error": type(error).__name__})
        raise
    finally:
        gone.cancel()
        await asyncio.to_thread(_close, pieces)


async def client_gone(receive: Receive) -> None:
    """Return when the client has disconnected."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _close(pieces: Iterator[bytes]) -> None:
    with suppress(AttributeError):  # a list has nothing to close
        pieces.close()  # type: ignore[attr-defined]


def raw_headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return headers in ASGI's form."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
