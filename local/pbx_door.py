"""The front door's WebSocket for PBXs: one stable address, and AWS's limits, which the emulator does not keep.

A PBX connects to `ws://127.0.0.1:8080/telephony/asterisk`. Each connection is passed to the emulator's WebSocket API.
The limits are those of API Gateway (Developer Guide, "Quotas for configuring and running a WebSocket API"): 32 KB a
frame, 10 minutes without a message, 2 hours. A message is one frame here, because Asterisk does not split messages.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

PATH = "/telephony/asterisk"
ARI = Subprotocol("ari")
PASSED = ("authorization", "x-forwarded-for")
TOO_LARGE, GOING_AWAY, UNREACHABLE = 1009, 1001, 502


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a connection, in bytes and seconds."""

    frame: int = 32 * 1024
    idle: float = 600.0
    life: float = 7200.0


AWS = Limits()


def limits_in(environment: Mapping[str, str]) -> Limits:
    """Return AWS's limits, or those of PBX_FRAME, PBX_IDLE and PBX_LIFE."""
    return Limits(
        int(environment.get("PBX_FRAME") or AWS.frame),
        float(environment.get("PBX_IDLE") or AWS.idle),
        float(environment.get("PBX_LIFE") or AWS.life),
    )


def route(gateway: str, limits: Limits = AWS) -> WebSocketRoute:
    """Return the route that passes WebSockets to the gateway at this `ws://` address."""

    async def endpoint(door: WebSocket) -> None:
        offered = door.scope.get("subprotocols") or []
        chosen = ARI if ARI in offered else None
        headers = {name: value for name, value in door.headers.items() if name in PASSED}
        try:
            behind = await connect(
                gateway,
                subprotocols=[ARI] if chosen else None,
                additional_headers=headers,
                max_size=None,
                ping_interval=None,
                proxy=None,
            )
        except InvalidStatus as refused:
            await door.send_denial_response(Response(status_code=refused.response.status_code))
            return
        except (OSError, InvalidHandshake):
            await door.send_denial_response(Response(status_code=UNREACHABLE))
            return
        async with behind:
            await door.accept(subprotocol=chosen)
            await _Bridge(door, behind, limits).run()

    return WebSocketRoute(PATH, endpoint)


class _Bridge:
    """Passes messages both ways until one side closes, or a limit ends the connection."""

    def __init__(self, door: WebSocket, behind: ClientConnection, limits: Limits) -> None:
        self._door = door
        self._behind = behind
        self._limits = limits
        self._last = asyncio.get_running_loop().time()
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()  # never done: a wait ends late

    async def run(self) -> None:
        ways: list[Awaitable[int]] = [self._inwards(), self._outwards(), self._watch()]
        tasks = [asyncio.ensure_future(way) for way in ways]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        code = max(task.result() for task in done)
        with suppress(RuntimeError):  # the PBX has closed
            await self._door.close(code)

    async def _inwards(self) -> int:
        """Pass what the PBX sends, and return the code to close with."""
        try:
            while True:
                text = await self._door.receive_text()
                self._heard()
                if len(text.encode()) > self._limits.frame:
                    return TOO_LARGE
                await self._behind.send(text)
        except (WebSocketDisconnect, ConnectionClosed, KeyError):
            return GOING_AWAY

    async def _outwards(self) -> int:
        """Pass what the hub sends, and return the code to close with."""
        try:
            async for text in self._behind:
                self._heard()
                await self._door.send_text(text if isinstance(text, str) else text.decode())
        except (WebSocketDisconnect, ConnectionClosed, RuntimeError):
            pass
        return GOING_AWAY

    async def _watch(self) -> int:
        """Return when the connection has been idle, or has lived, for too long."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._limits.life
        while (left := min(ends, self._last + self._limits.idle) - loop.time()) > 0:
            await asyncio.wait([self._closed], timeout=left)
        return GOING_AWAY

    def _heard(self) -> None:
        self._last = asyncio.get_running_loop().time()
