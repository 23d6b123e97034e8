"""One HTTP connection to a receiver. Sending and reading have deadlines that slow single bytes cannot extend.

A status is an answer: headers and body may end late, broken or never, and are read for a second at most.
"""

from __future__ import annotations

import io
import re
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
# Seconds for headers and body after the status line. Of a success nothing but the status counts, unless the sender asks
# for more of the answer than is kept for the operator.
READ_FOR, READ_FOR_SUCCESS = 1.0, 0.25
KEPT_OF_HEADER = 64
CHUNK = 16 * 1024
PACKED = ("gzip", "x-gzip", "deflate")
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
# The headers that are read. `http.client` refuses an answer with more than 100 lines, so all others are left out.
WANTED = (b"connection", b"content-encoding", b"content-length", b"keep-alive", b"retry-after", b"transfer-encoding")
MOST_WANTED = 50  # lines
LONGEST_LINE = 65536  # as in `http.client`
_STATUS = re.compile(rb"HTTP/1\S*\s+([1-9]\d\d)(?:\s|$)")


class HttpOrigin(NamedTuple):
    """Scheme, host and port. URLs of the same origin share connections."""

    secure: bool
    host: str
    port: int


class NothingSent(Exception):
    """The connection was closed before any byte of the request was sent."""


class AnswerTooLarge(Exception):
    """The headers of the answer are longer than any answer that is read."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The answer of a receiver. `whole`: the body was read to its end, so the connection can be reused."""

    status: int
    text: str
    retry_after: str | None
    whole: bool


class Connection:
    """A connection for one request at a time."""

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
        """Whether the receiver has neither sent data unasked nor closed the connection."""
        return not (self._alive.poll(0) or (isinstance(self._sock, ssl.SSLSocket) and self._sock.pending()))

    def write(self, message: bytes, deadline: float) -> None:
        """Send a request by the deadline. Raises OSError and NothingSent."""
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
        """Read the answer by the deadline and keep `keep` bytes of its body.

        After the status line late, broken or endless headers or bodies are no error: the part that was read counts.
        Raises OSError, HTTPException and AnswerTooLarge.
        """
        response, headed = _begun(self._sock, deadline, READ_FOR if keep > KEPT_OF_ANSWER else READ_FOR_SUCCESS)
        body, whole = _body(response) if headed else (b"", False)
        return HttpAnswer(
            response.status,
            _text(body, response.getheader("content-encoding", ""), keep),
            (response.getheader("retry-after") or "")[:KEPT_OF_HEADER] or None,
            whole and not response.will_close,
        )

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()


class _Incoming(io.RawIOBase):
    """The incoming bytes of a socket, up to a deadline and a size."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self.deadline = deadline
        self._rest = READ_AT_MOST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._rest <= 0:
            raise AnswerTooLarge
        self._sock.settimeout(seconds_left(self.deadline))
        read = self._sock.recv_into(buffer, min(len(buffer), self._rest))
        self._rest -= read
        return read


class _File(io.BufferedReader):
    """A buffered reader of answers. `lines` are read before all else. The end of an answer closes nothing."""

    lines: list[bytes]

    def readline(self, size: int | None = -1, /) -> bytes:
        return self.lines.pop(0) if self.lines else super().readline(size)

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class _Source:
    """Stands in for a socket: `HTTPResponse` only asks a socket for a file to read."""

    file: io.BufferedReader

    def makefile(self, _mode: str) -> IO[bytes]:
        return self.file


def _begun(sock: socket.socket, deadline: float, of_success: float) -> tuple[HTTPResponse, bool]:
    """Read the final answer up to its body, and skip interim answers (1xx). Returns also whether the headers ended.

    `of_success` is the time in seconds for the rest of a successful answer.
    """
    incoming = _Incoming(sock, deadline)
    file = _File(incoming, CHUNK)
    file.lines = []
    while True:
        first = file.readline(LONGEST_LINE + 1)
        status = _STATUS.match(first)
        interim = status and int(status[1]) < HTTPStatus.OK and int(status[1]) != HTTPStatus.SWITCHING_PROTOCOLS
        if status and not interim:
            seconds = of_success if int(status[1]) < HTTPStatus.MULTIPLE_CHOICES else READ_FOR
            incoming.deadline = min(deadline, monotonic() + seconds)
        headers, headed = _headers(file, patient=bool(interim)) if status else ([], True)
        if not interim:
            break
    file.lines = [first, *headers, b"\r\n"] if status else [first]
    response = HTTPResponse(cast("socket.socket", _Source(file)), method="POST")
    response.begin()
    return response, headed


def _headers(file: _File, *, patient: bool) -> tuple[list[bytes], bool]:
    """Return the wanted headers, and whether the headers ended. Raises errors of reading only if `patient`."""
    headers: list[bytes] = []
    wanted = False
    try:
        while (line := file.readline(LONGEST_LINE + 1)).strip(b"\r\n"):
            folded = line[:1] in b" \t"  # goes on with the header before
            wanted = wanted if folded else line.partition(b":")[0].strip().lower() in WANTED
            if wanted and len(headers) < MOST_WANTED:
                headers.append(line)
    except (OSError, AnswerTooLarge):
        if patient:
            raise
        return headers, False
    return headers, bool(line)


def _body(response: HTTPResponse) -> tuple[bytes, bool]:
    """Return the readable part of the body, and whether the body is complete."""
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
