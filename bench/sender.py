"""`python -m bench.sender`: deliveries a second over one connection, against a bare loop of pooled urllib3 posts.

Both send the same bytes to a receiver in a process of its own; rounds of the two take turns, and the medians count.
"""

import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import cast

import urllib3

from switchboard.deliveries.model import Request
from switchboard.net.http import HttpSender

ROUNDS, POSTS = 7, 2000
ANSWER = (
    b"HTTP/1.1 200 OK\r\nServer: bench\r\nDate: Sun, 01 Mar 2026 00:00:00 GMT\r\n"
    b'Content-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'
)
BODY = b'{"type":"call_event","event_name":"start.call","params":{"call_id":"' + b"c" * 600 + b'"}}'
HEADERS = {
    "content-type": "application/json",
    "user-agent": "Switchboard/1.0",
    "webhook-id": "msg_" + "a" * 32,
    "webhook-timestamp": "1772357400",
    "webhook-signature": "v1," + "s" * 44,
}


class Receiver(asyncio.Protocol):
    """Answers every request of the one size that is sent here."""

    _transport: asyncio.Transport
    _received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        _, end, body = self._received.partition(b"\r\n\r\n")
        if end and len(body) >= len(BODY):
            self._received = body[len(BODY) :]
            self._transport.write(ANSWER)


def receive(told: Connection) -> None:
    """Serve on a loopback port that is told first."""

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


def rate(post: Callable[[], int | None]) -> float:
    """Posts a second."""
    start = time.perf_counter()
    statuses = {post() for _ in range(POSTS)}
    if statuses != {200}:
        raise RuntimeError(f"answers: {statuses}")
    return POSTS / (time.perf_counter() - start)


def compare(url: str) -> None:
    """Take turns, and print."""
    pool, sender = urllib3.PoolManager(), HttpSender(allow_private=True)
    request, at = Request(url, HEADERS, BODY, 10.0), datetime.now(UTC)
    loops: dict[str, Callable[[], int | None]] = {
        "urllib3": lambda: pool.urlopen("POST", url, body=BODY, headers=HEADERS).status,
        "HttpSender": lambda: sender.send(request, at).status,
    }
    rates: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(ROUNDS):
        for name, post in loops.items():
            rates[name].append(rate(post))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    for name, median in medians.items():
        print(f"{name:12} {median:8.0f} posts/s")
    print(f"ratio        {medians['HttpSender'] / medians['urllib3']:8.2f}")


def main() -> None:
    context = get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    receiver = context.Process(target=receive, args=(tell,), daemon=True)
    receiver.start()
    try:
        compare(f"http://127.0.0.1:{told.recv()}/calls")
    finally:
        receiver.terminate()
        receiver.join()


if __name__ == "__main__":
    main()
