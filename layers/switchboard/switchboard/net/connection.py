"""One connection to a receiver: a request out, an answer in, each by a deadline that no dripping moves."""

from __future__ import annotations

import io
import select
import socket
import ssl
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import IO, Any, NamedTuple, cast

from switchboard.deliveries.model import KEPT_OF_ANSWER
from switchboard.net.deadline import seconds_left

READ_AT_MOST = 64 * 1024
KEPT_OF_HEADER = 64
CHUNK = 16 * 1024
PACKED = ("gzip", "x-gzip", "deflate")
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


class HttpOrigin(NamedTuple):
    """Whom connections are shared among: all URLs of one scheme, host and port."""

    secure: bool
    host: str
    port: int


class NothingSent(Exception):
    """The connection was gone before any byte of the request left this machine."""


class AnswerTooLarge(Exception):
    """More came than is read of any answer."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What a receiver said; `whole` if all of it was read, and the connection may serve again."""

    status: int
    text: str
    retry_after: str | None
    whole: bool


class Connection:
    """Serves one request at a time."""

    __slots__ = ("_alive", "_sock", "address", "opened_at", "origin", "used_at")

    def __init__(self, sock: socket.socket, origin: HttpOrigin, address: str) -> None:
        self._sock = sock
        self._alive = select.poll()
        self._alive.register(sock, select.POLLIN)
        self.origin = origin
        self.address = address
        self.opened_at = self.used_at = monotonic()

    @property
    def quiet(self) -> bool:
        """Whether the receiver has said nothing unasked, its goodbye included."""
        return not (self._alive.poll(0) or (isinstance(self._sock, ssl.SSLSocket) and self._sock.pending()))

    def write(self, message: bytes, deadline: float) -> None:
        """Send a request. Raises OSError, NothingWritten."""
        rest = memoryview(message)
        while rest:
            self._sock.settimeout(seconds_left(deadline))
            try:
                written = self._sock.send(rest)
            except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
                if len(rest) == len(message):
                    raise NothingSent from error
                raise
            rest = rest[written:]

    def read(self, deadline: float, keep: int = KEPT_OF_ANSWER) -> HttpAnswer:
        """The answer, of whose body `keep` bytes are kept.

        Once its status is there, a body that is late, broken or endless spoils nothing.
        Raises OSError, HTTPException, TooLarge.
        """
        response = _begun(self._sock, deadline)
        body, whole = _body(response)
        return HttpAnswer(
            response.status,
            _text(body, response.getheader("content-encoding", ""), keep),
            (response.getheader("retry-after") or "")[:KEPT_OF_HEADER] or None,
            whole and not response.will_close,
        )

    def close(self) -> None:
        """End the connection."""
        self._sock.close()


class _Incoming(io.RawIOBase):
    """What comes in over a socket, up to a deadline and a size."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline
        self._rest = READ_AT_MOST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._rest <= 0:
            raise AnswerTooLarge
        self._sock.settimeout(seconds_left(self._deadline))
        read = self._sock.recv_into(buffer, min(len(buffer), self._rest))
        self._rest -= read
        return read


class _File(io.BufferedReader):
    """What comes in, buffered, for one answer after the other: the end of an interim one does not close it."""

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class _Source:
    """Stands in for a socket, of which `HTTPResponse` asks no more than a file to read from."""

    file: io.BufferedReader

    def makefile(self, _mode: str) -> IO[bytes]:
        return self.file


def _begun(sock: socket.socket, deadline: float) -> HTTPResponse:
    """The answer up to its body, after whatever interim answers (1xx) came before it."""
    source = cast("socket.socket", _Source(_File(_Incoming(sock, deadline), CHUNK)))
    while True:
        response = HTTPResponse(source, method="POST")
        response.begin()
        if response.status >= HTTPStatus.OK or response.status == HTTPStatus.SWITCHING_PROTOCOLS:
            return response


def _body(response: HTTPResponse) -> tuple[bytes, bool]:
    """What can be had of the body, and whether that is all of it."""
    read = b""
    try:
        while response.length != 0 and (piece := response.read1(CHUNK)):
            read += piece
    except (OSError, HTTPException, AnswerTooLarge):
        return read, False
    return read, not response.length


def _text(body: bytes, encoding: str, keep: int) -> str:
    if encoding.lower() in PACKED:
        try:
            body = zlib.decompressobj(GZIP_OR_ZLIB).decompress(body, keep)
        except zlib.error:
            return ""
    return body[:keep].decode("utf-8", "replace")
