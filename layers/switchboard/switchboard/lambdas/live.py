"""Answers that last as long as the client listens: server-sent events.

The source is polled in a thread, briefly each time. No thread waits, so one process serves many clients.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Protocol

from switchboard.errors import MethodNotAllowed, Refused
from switchboard.lambdas.http import internal
from switchboard.lambdas.streaming import (
    App,
    Receive,
    Refuse,
    Request,
    Send,
    Streamed,
    client_gone,
    raw_headers,
    request_of,
)
from switchboard.observability.logs import logger

PAUSE = 0.4  # seconds between two polls of the source
HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
    # Any page may read the stream: authorisation is in the request, and browsers do not add it by themselves.
    "Access-Control-Allow-Origin": "*",
}


class LiveSource(Protocol):
    """A source of events for one client."""

    def turn(self) -> bytes | None:
        """Return the bytes to send now, possibly empty, or None at the end."""

    def close(self) -> None: ...


Open = Callable[[Request], LiveSource]


def live(open_source: Open, refuse: Refuse) -> App:
    """Return the app that answers GET from a source, until the source ends or the client disconnects."""

    async def app(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        opened = await asyncio.to_thread(_opened, request_of(scope), open_source, refuse)
        if isinstance(opened, Streamed):
            await _start(send, opened.status, opened.headers)
            await _send(send, b"".join(opened.body), more=False)
            return
        gone = asyncio.ensure_future(client_gone(receive))
        try:
            await _start(send, 200, HEADERS)
            ended = await _listen(opened, gone, send)
        finally:
            gone.cancel()
            # Close before the client sees the end, so that a client that reconnects at once finds a free place.
            await asyncio.to_thread(_close, opened)
        if ended:
            await _send(send, b"", more=False)

    return app


def _opened(request: Request, open_source: Open, refuse: Refuse) -> LiveSource | Streamed:
    if request.method != "GET":
        return refuse(MethodNotAllowed("This path takes GET."))
    try:
        return open_source(request)
    except Refused as error:
        return refuse(error)
    except Exception as error:  # noqa: BLE001 - every failure gets a documented answer
        return refuse(internal(error))


async def _listen(source: LiveSource, gone: asyncio.Future[None], send: Send) -> bool:
    """Send until the end. Returns False if the client disconnected first."""
    while (said := await asyncio.to_thread(source.turn)) is not None:
        if said:
            await _send(send, said, more=True)
        await asyncio.wait([gone], timeout=0 if said else PAUSE)
        if gone.done():
            return False
    return True


async def _start(send: Send, status: int, headers: Mapping[str, str]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": raw_headers(headers)})


async def _send(send: Send, body: bytes, *, more: bool) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


def _close(source: LiveSource) -> None:
    try:
        source.close()
    except Exception as error:  # noqa: BLE001 - the client has gone, and leases end by themselves
        logger().exception("stream.not_closed", extra={"error": type(error).__name__})
