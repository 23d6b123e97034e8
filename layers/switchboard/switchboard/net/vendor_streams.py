"""Listening to a vendor's stream: one answer that goes on, at a vetted address, given on as it comes in.

A thread of its own reads, so that who listens is never held up by silence: it is given nothing now and then instead.
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
BEAT = 1.0  # seconds of silence after which nothing is given
CHUNK = 16 * 1024
MOST_WAITING = 16  # chunks; the vendor waits when we are slow
EVENT_STREAM = "text/event-stream"
NO_CONTENT = 204
# A vendor that vanishes without a goodbye, and may have nothing to say for hours, is found out by the kernel.
IDLE, BETWEEN, PROBES = 15, 5, 3  # seconds, seconds, count


class VendorStreams:
    """The streams of vendors, over sessions that connect to vetted addresses alone."""

    def __init__(self, session: Callable[[], requests.Session], opened_within: float = OPENED_WITHIN) -> None:
        self._session = session
        self._opened_within = opened_within

    @contextmanager
    def listen(self, base_url: str, question: VendorRequest) -> Iterator[Iterator[bytes]]:
        """What comes in, piece by piece; raises ProviderRefused and ProviderSilent where no stream begins."""
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
        # In bytes: an id may be in any letters, which the standard sends as UTF-8.
        headers = {name: value.encode() for name, value in question.headers.items()}
        try:
            return session.request(
                question.method,
                url,
                headers={"Accept-Encoding": b"identity", **headers},
                timeout=(CONNECT_TIMEOUT, None),  # of reading there is none: an event may come in an hour
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            raise translated(error) from error


class _StreamReader:
    """Reads an answer in a thread of its own, until it ends or nobody wants it any more."""

    def __init__(self, response: requests.Response) -> None:
        self._response = response
        self._read: Queue[bytes | None] = Queue(MOST_WAITING)
        self._closed = Event()
        # A descriptor of our own: the library gives its back at the end of the body, and it may be another's then.
        self._connection = socket.fromfd(response.raw.fileno(), socket.AF_INET, socket.SOCK_STREAM)
        self._thread = Thread(target=self._run, daemon=True, name="stream")

    def __enter__(self) -> Self:
        _keep_alive(self._connection)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        with suppress(OSError):  # it has ended
            self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()

    def pieces(self) -> Iterator[bytes]:
        """What was read; nothing after a moment in which nothing was."""
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
        # However it ends, broken or not, whoever listens connects anew.
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
    if response.status_code == NO_CONTENT:  # by the standard: do not come again
        raise ProviderRefused("The other system has no stream for us.", Refusal.FORBIDDEN)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != EVENT_STREAM:
        raise not_understood()


def _keep_alive(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", IDLE), ("TCP_KEEPINTVL", BETWEEN), ("TCP_KEEPCNT", PROBES)):
        if hasattr(socket, name):  # Linux has them all
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
