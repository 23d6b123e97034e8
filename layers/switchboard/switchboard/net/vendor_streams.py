"""Listen to a vendor's event stream: one endless answer from a vetted address, passed on as it arrives.

A separate thread reads, so silence never blocks the listener: after a second of silence the listener gets empty bytes.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from queue import Empty, Full, Queue
from threading import Event, Thread
from time import monotonic
from typing import Self

import requests

from switchboard.dialects.vendor_requests import OK, VendorAnswer, VendorRequest, not_understood, refusal_of
from switchboard.errors import ProviderRefused, ProviderSilent, Refusal
from switchboard.net.deadline import CONNECT_TIMEOUT, run_by_deadline
from switchboard.net.vendor_api import translated

OPENED_WITHIN = 8.0  # seconds, for name, connection, request and the head of the answer together
BEAT = 1.0  # seconds of silence after which empty bytes are passed on
CHUNK = 16 * 1024
MOST_WAITING = 16  # chunks; a slow listener makes the vendor wait
EVENT_STREAM = "text/event-stream"
NO_CONTENT = 204
# TCP keep-alive finds a vendor that vanished; a live vendor may be silent for hours.
IDLE, BETWEEN, PROBES = 15, 5, 3  # seconds, seconds, count


class VendorStreams:
    """Opens vendors' streams, over sessions that connect to vetted addresses only."""

    def __init__(self, session: Callable[[], requests.Session], opened_within: float = OPENED_WITHIN) -> None:
        self._session = session
        self._opened_within = opened_within

    @contextmanager
    def listen(self, base_url: str, question: VendorRequest) -> Iterator[Iterator[bytes]]:
        """Open a stream and yield its bytes; b"" while the connection is idle.

        Raises ProviderRefused, ProviderSilent or Invalid if no stream begins.
        """
        url = f"{base_url.rstrip('/')}{question.paths[0]}"
        with self._session() as session:
            response = self._opened(partial(self._asked, session, url, question))
            with response:
                _check(response)
                with _StreamReader(response) as pump:
                    yield pump.pieces()

    def _opened(self, ask: Callable[[], requests.Response]) -> requests.Response:
        try:
            return run_by_deadline(ask, monotonic() + self._opened_within, requests.Response.close)
        except TimeoutError:
            raise ProviderSilent("The other system did not answer in time.") from None

    def _asked(self, session: requests.Session, url: str, question: VendorRequest) -> requests.Response:
        # Encoded here: an event id may hold any letters, and the standard sends UTF-8.
        headers = {name: value.encode() for name, value in question.headers.items()}
        try:
            return session.request(
                question.method,
                url,
                headers={"Accept-Encoding": b"identity", **headers},
                timeout=(CONNECT_TIMEOUT, None),  # no time-out for reading: the next event may be an hour away
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            raise translated(error) from error


class _StreamReader:
    """Reads an answer in a thread, until the answer ends or the listener leaves."""

    def __init__(self, response: requests.Response) -> None:
        self._response = response
        self._read: Queue[bytes | None] = Queue(MOST_WAITING)
        self._closed = Event()
        # A duplicate descriptor: the library closes its own at the end of the body, and the number may be reused.
        self._connection = socket.fromfd(response.raw.fileno(), socket.AF_INET, socket.SOCK_STREAM)
        self._thread = Thread(target=self._run, daemon=True, name="stream")

    def __enter__(self) -> Self:
        _keep_alive(self._connection)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        with suppress(OSError):  # already closed
            self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes that were read, or b"" after a second without any."""
        while True:
            try:
                piece = self._read.get(timeout=BEAT)
            except Empty:
                yield b""
                continue
            if piece is None:
                return
            yield piece

    def _run(self) -> None:
        # After any end, broken or not, the listener connects again.
        with suppress(Exception):
            while piece := self._response.raw.read1(CHUNK):
                self._put(piece)
        self._put(None)

    def _put(self, piece: bytes | None) -> None:
        while not self._closed.is_set():
            with suppress(Full):
                self._read.put(piece, timeout=BEAT)
                return


def _check(response: requests.Response) -> None:
    if response.status_code not in OK:
        raise refusal_of(VendorAnswer(response.status_code))
    if response.status_code == NO_CONTENT:  # by the standard (HTML, server-sent events): do not reconnect
        raise ProviderRefused("The other system has no stream for us.", Refusal.FORBIDDEN)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != EVENT_STREAM:
        raise not_understood()


def _keep_alive(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", IDLE), ("TCP_KEEPINTVL", BETWEEN), ("TCP_KEEPCNT", PROBES)):
        if hasattr(socket, name):  # Linux has all three
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
