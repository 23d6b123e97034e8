"""A receiver in a process of its own that answers 200 to everything, as fast as Python can."""

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import cast

ANSWER = (
    b"HTTP/1.1 200 OK\r\nServer: bench\r\nDate: Sun, 01 Mar 2026 00:00:00 GMT\r\n"
    b'Content-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'
)
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class _Protocol(asyncio.Protocol):
    """Answers one request after the other."""

    _transport: asyncio.Transport
    _received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        length = LENGTH.search(head + b"\r\n")
        expected = int(length[1]) if length else 0
        if len(body) >= expected:
            self._received = body[expected:]
            self._transport.write(ANSWER)


@contextmanager
def receiving(path: str = "/calls", cores: set[int] | None = None) -> Iterator[str]:
    """The receiver's URL, for the time of the block; it runs on these cores."""
    context = get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=_receive, args=(tell, cores), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{told.recv()}{path}"
    finally:
        process.terminate()
        process.join()


def _receive(told: Connection, cores: set[int] | None) -> None:
    if cores:
        os.sched_setaffinity(0, cores)

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Protocol, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())
