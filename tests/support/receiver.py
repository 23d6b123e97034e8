"""A receiver on loopback that can behave in every way in which receivers misbehave."""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from io import BufferedReader
from threading import Event, Lock, Semaphore, Thread

PATIENCE = 10.0  # seconds after which a receiver gives up by itself


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in; `connection` counts the connections from 1, `head` is the raw text of the headers."""

    path: str
    headers: dict[str, str]
    body: bytes
    connection: int
    method: str = "POST"
    head: bytes = b""


@dataclass(slots=True)
class Exchange:
    """One request on its connection, and the time at which the receiver is to stop."""

    connection: socket.socket
    stopped: Event

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def pause(self, seconds: float) -> bool:
        """Wait, and tell whether to go on."""
        return not self.stopped.wait(seconds)


Behaviour = Callable[[Exchange, Received], bool]
"""Answers, and tells whether the connection stays open."""


def answer(status: int = 200, body: bytes = b"ok", **headers: str) -> bytes:
    """An answer whose length is told."""
    lines = [f"HTTP/1.1 {status} Said So", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answering(status: int = 200, body: bytes = b"ok", **headers: str) -> Behaviour:
    """Give the same answer to everything and keep the connection."""

    def behave(exchange: Exchange, request: Received) -> bool:
        exchange.send(answer(status, body, **headers))
        return True

    return behave


def verifying(exchange: Exchange, request: Received) -> bool:
    """Take everything, and answer SpRecord's verification with the MD5, but where the address says otherwise."""
    body = json.loads(request.body or b"{}")
    said = b"ok"
    if body.get("event_type") == "verification" and not request.path.endswith("unverified"):
        said = hashlib.md5(body["payload"].encode(), usedforsecurity=False).hexdigest().encode()
    exchange.send(answer(200, said))
    return True


def silent(exchange: Exchange, request: Received) -> bool:
    """Never answer."""
    exchange.pause(PATIENCE)
    return False


def resetting(exchange: Exchange, request: Received) -> bool:
    """Cut the connection off without an answer."""
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def dripping_headers(exchange: Exchange, request: Received) -> bool:
    """Send a byte of the headers at a time, for ever."""
    exchange.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while exchange.pause(0.02):
        exchange.send(b"a")
    return False


def dripping_body(exchange: Exchange, request: Received) -> bool:
    """Send a byte of the body at a time, for ever."""
    exchange.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while exchange.pause(0.02):
        exchange.send(b"a")
    return False


def pouring(exchange: Exchange, request: Received) -> bool:
    """Send a body without an end as fast as it is taken."""
    exchange.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while not exchange.stopped.is_set():
        exchange.send(b"x" * 8192)
    return False


@dataclass(slots=True)
class Receiver:
    """A server of raw sockets. `behave` may be replaced at any time. `hung_up` counts the connections it closed."""

    behave: Behaviour = field(default_factory=answering)
    requests: list[Received] = field(default_factory=list)
    connections: int = 0
    tls: ssl.SSLContext | None = None
    hung_up: Semaphore = field(default_factory=lambda: Semaphore(0))
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _open: set[socket.socket] = field(default_factory=set)
    _threads: list[Thread] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _stopped: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        """Where the receiver listens."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/calls"

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        self._run(self._accept)

    def stop(self) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)

    def _run(self, target: Callable[[], None]) -> None:
        thread = Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with self._lock:
                    self.connections += 1
                    self._open.add(connection)  # the handshake may hang
                    number = self.connections
                self._run(partial(self._serve, connection, number))

    def _serve(self, connection: socket.socket, number: int) -> None:
        with suppress(OSError), self._secured(connection) as stream, stream.makefile("rb") as reader:
            while request := _read(reader, number):
                with self._lock:
                    self.requests.append(request)
                if not self.behave(Exchange(stream, self._stopped), request):
                    break
        self.hung_up.release()

    def _secured(self, connection: socket.socket) -> socket.socket:
        stream = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
        with self._lock:
            self._open.add(stream)
        return stream


@contextmanager
def receiving(behave: Behaviour | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that listens for the time of the block."""
    receiver = Receiver(behave or answering(), tls=tls)
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.stop()


def _read(reader: BufferedReader, number: int) -> Received | None:
    first = reader.readline()
    if not first.rstrip().endswith(b"HTTP/1.1"):  # the end, or no HTTP: a client that begins with TLS
        return None
    headers: dict[str, str] = {}
    head = b""
    while line := reader.readline().strip():
        head += line + b"\r\n"
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    body = reader.read(int(headers.get("content-length", "0")))
    method, path, _ = first.decode().split()
    return Received(path, headers, body or b"", number, method, head)
