"""The hub's address on this machine: passes requests to the emulator's REST API, and returns the answers.

Streamed answers come, piece by piece, from a web server beside the emulator.

Requests pass unchanged, with the order of headers. API Gateway hands percent-encoded paths to functions; the emulator
decodes paths first. So the path for the emulator is encoded twice. There is no access log, because query strings and
headers carry tokens and numbers.
"""

import os
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from local import pbx_door
from local.errors import LocalError
from local.gateway_answers import ANSWERS
from local.lambda_limits import fits_an_event
from switchboard.lambdas.routes import METHODS

# API Gateway's limits: of a request's body, and of the time until its answer.
LARGEST_BODY = 10 * 1024 * 1024
LONGEST_ANSWER = 29.0
LONGEST_STREAM = 900.0
# Further requests wait here: the emulator starts a process for every request without a free process.
AT_ONCE = 16

# Of one connection and not of the request; and the host, under which the emulator would look for other services.
_OF_THE_CONNECTION = {
    b"connection",
    b"host",
    b"keep-alive",
    b"proxy-connection",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
}

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Streams:
    """The address of the streaming functions, with their methods and paths."""

    url: str
    paths: Sequence[tuple[str, str]]


def application(
    api_url: str, client: httpx.AsyncClient | None = None, streams: Streams | None = None, pbxs: str = ""
) -> Starlette:
    """Return the app for the REST API at `api_url`. Whatever is served beside it gets a route before the last one.

    `pbxs` is the address of the WebSocket API that PBXs connect to.
    """
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE, keepalive_expiry=30)
    http = client or httpx.AsyncClient(limits=limits, timeout=LONGEST_ANSWER, trust_env=False)
    # What streams may go on for long, and has nobody wait for it.
    streaming = client or httpx.AsyncClient(limits=httpx.Limits(), timeout=LONGEST_ANSWER, trust_env=False)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for one in {http, streaming}:
                await stack.enter_async_context(one)
            yield

    routes: list[BaseRoute] = [
        *([pbx_door.route(pbxs, pbx_door.limits_in(os.environ))] if pbxs else []),
        *_streaming_routes(streaming, streams),
        Route("/{path:path}", to_rest_api(http, httpx.URL(api_url)), methods=list(METHODS)),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(_ByEncodedPath)],
        lifespan=lifespan,
        exception_handlers={405: _no_such_method},
    )


class _ByEncodedPath:
    """Routes match the path as sent, as at API Gateway: an encoded slash is part of a name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": scope["raw_path"].partition(b"?")[0].decode("latin-1")}
        await self._app(scope, receive, send)


def _streaming_routes(http: httpx.AsyncClient, streams: Streams | None) -> list[Route]:
    if streams is None:
        return []
    routes = [Route(path, to_stream(http, httpx.URL(streams.url)), methods=[method]) for method, path in streams.paths]
    for route in routes:
        (route.methods or set()).discard("HEAD")  # which comes with GET unasked, and not on AWS
    return routes


def to_stream(http: httpx.AsyncClient, server: httpx.URL) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        onward = _onward(request, server, b"")
        onward.extensions["timeout"] = httpx.Timeout(LONGEST_STREAM, connect=LONGEST_ANSWER).as_dict()
        try:
            answer = await http.send(onward, stream=True)
        except httpx.HTTPError:
            return refusal("INTEGRATION_FAILURE")
        response = StreamingResponse(_pieces(answer), answer.status_code)
        response.raw_headers = [
            (name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _OF_THE_CONNECTION
        ]
        return response

    return endpoint


async def _pieces(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for piece in answer.aiter_raw():
            yield piece
    finally:
        await answer.aclose()


def to_rest_api(http: httpx.AsyncClient, api: httpx.URL) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return refusal("REQUEST_TOO_LARGE")
        try:
            return await _forward(http, _onward(request, api, body, again=True))
        except httpx.TimeoutException:
            return refusal("INTEGRATION_TIMEOUT")
        except httpx.HTTPError:
            return refusal("INTEGRATION_FAILURE")

    return endpoint


async def _body(request: Request) -> bytes | None:
    """Return the body, or nothing as soon as it is too large for the gateway, or for Lambda behind it."""
    if int(request.headers.get("content-length", "0")) > LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body) if fits_an_event(len(body), _head(request)) else None


def _head(request: Request) -> int:
    """Bytes of the path, the query and the headers."""
    headers = sum(len(name) + len(value) for name, value in request.headers.raw)
    return len(request.scope["raw_path"]) + len(request.scope["query_string"]) + headers


def _onward(request: Request, api: httpx.URL, body: bytes, *, again: bool = False) -> httpx.Request:
    """Return the request for a server. `again` encodes the path once more, for a server that decodes."""
    raw_path: bytes = request.scope["raw_path"].partition(b"?")[0]
    raw_path = raw_path.replace(b"%", b"%25") if again else raw_path
    query: bytes = request.scope["query_string"]
    target = api.raw_path.rstrip(b"/") + raw_path + (b"?" + query if query else b"")
    headers = [(name, value) for name, value in request.headers.raw if name.lower() not in _OF_THE_CONNECTION]
    headers = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    headers += [(b"host", api.netloc), *_forwarded(request)]
    if body or request.method in {"POST", "PUT", "PATCH"}:
        headers.append((b"content-length", str(len(body)).encode()))
    # A target of its own, because the URL would be normalised.
    return httpx.Request(request.method, api, headers=headers, content=body, extensions={"target": target})


def _forwarded(request: Request) -> list[tuple[bytes, bytes]]:
    client = request.client.host if request.client else "127.0.0.1"
    return [(b"x-forwarded-for", client.encode()), (b"x-forwarded-proto", b"http")]


async def _forward(http: httpx.AsyncClient, onward: httpx.Request) -> Response:
    onward.extensions["timeout"] = http.timeout.as_dict()
    answer = await http.send(onward, stream=True)
    try:
        content = b"".join([chunk async for chunk in answer.aiter_raw()])
    finally:
        await answer.aclose()
    response = Response(content, answer.status_code)
    kept = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _OF_THE_CONNECTION]
    has_length = any(name == b"content-length" for name, _ in kept)
    response.raw_headers = kept if has_length or not content else [*kept, (b"content-length", b"%d" % len(content))]
    return response


async def _no_such_method(_: Request, __: Exception) -> Response:
    """Refuse a method that API Gateway does not know either."""
    return refusal("MISSING_AUTHENTICATION_TOKEN")


def refusal(kind: str) -> JSONResponse:
    """Return API Gateway's own answer of a response type `kind`."""
    answer = ANSWERS[kind]
    return JSONResponse(answer.body(round(time.time() * 1000)), answer.status, dict(answer.headers))


def reserve(port: int) -> socket.socket:
    """Reserve the port long before anything is served there."""
    # Named as TCP: asyncio turns Nagle's algorithm off for nothing else, and every answer would take 40 ms longer.
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(("127.0.0.1", port))
        # Some systems tell only here that somebody listens already.
        with socket.socket() as probe:
            in_use = probe.connect_ex(("127.0.0.1", port)) == 0
    except OSError:
        in_use = True
    if in_use:
        taken.close()
        raise LocalError(f"Port {port} is in use: end what listens there, or choose another with PORT=.")
    return taken


class FrontDoor:
    """The app served on the reserved port, in a thread of its own, as a context."""

    def __init__(self, taken: socket.socket, api_url: str, streams: Streams | None = None, pbxs: str = "") -> None:
        config = uvicorn.Config(
            application(api_url, streams=streams, pbxs=pbxs),
            lifespan="on",
            access_log=False,
            log_level="warning",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=3,
            ws="websockets-sansio",
            ws_max_size=LARGEST_BODY,
            ws_ping_interval=None,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([taken],), name="front-door", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise LocalError("The front door did not open; the lines above say why.")
            time.sleep(0.01)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join()
