"""Sending a delivery: kept connections to vetted addresses, no redirects, bounded in time and in size."""

from __future__ import annotations

<<<<<<< HEAD
import ssl
from datetime import datetime
from functools import lru_cache
from http.client import HTTPException
from time import monotonic

from switchboard.deliveries.model import Attempt, Request
from switchboard.net.connection import Answer, Connection, NothingWritten, Origin, TooLarge
from switchboard.net.deadline import CONNECT_TIMEOUT, LONGEST_TIMEOUT
from switchboard.net.dial import Dialer, tls_context
from switchboard.net.failures import Failed, Reason
from switchboard.net.guard import Guard
from switchboard.net.idle import Idle
from switchboard.net.names import Names
from switchboard.subscriptions.targets import REMEMBERED, read_target
=======
import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from threading import Event, Timer
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import connection as urllib3_connection

from switchboard.deliveries.model import Attempt, Request
from switchboard.net.addresses import ForbiddenAddress, resolve

CONNECT_TIMEOUT = 3.0
READ_AT_MOST = 64 * 1024
KEPT_OF_ANSWER = 1024
CHUNK = 8192
POOLS, CONNECTIONS = 50, 10

# What an operator is told, for what can go wrong under way.
ERRORS: tuple[tuple[type[BaseException], str], ...] = (
    (ForbiddenAddress, "address_not_public"),
    (urllib3.exceptions.NameResolutionError, "name_not_resolved"),
    (socket.gaierror, "name_not_resolved"),
    (urllib3.exceptions.NewConnectionError, "connection_refused"),  # a ConnectTimeoutError too, so it comes first
    (urllib3.exceptions.ConnectTimeoutError, "connect_timeout"),
    (urllib3.exceptions.TimeoutError, "timeout"),
    (TimeoutError, "timeout"),
    (urllib3.exceptions.SSLError, "tls_failed"),
    (urllib3.exceptions.ProtocolError, "connection_broken"),
    (urllib3.exceptions.LocationParseError, "bad_url"),
)
>>>>>>> main


class HttpSender:
    """Port Sender of the deliveries, for as many threads as there are."""

    def __init__(self, *, allow_private: bool, guard: Guard | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._dialer = Dialer(guard or Guard(Names(), allow_private=allow_private), tls or tls_context())
        self._idle = Idle()

    def send(self, request: Request, at: datetime) -> Attempt:
        """POST once; whatever happens is told in the attempt."""
        start = monotonic()
        try:
<<<<<<< HEAD
            answer, address = self._exchange(request, start + min(request.timeout, LONGEST_TIMEOUT))
        except Failed as failed:
            return Attempt(at, _since(start), error=failed.reason.value, address=failed.address)
        return Attempt(
            at, _since(start), answer.status, answer=answer.text, address=address, retry_after=answer.retry_after
=======
            status, answer = self._post(request, start + request.timeout)
        except (urllib3.exceptions.HTTPError, ForbiddenAddress, OSError, UnicodeError) as error:
            return Attempt(at, _since(start), error=_error_class(error))
        return Attempt(at, _since(start), status=status, answer=answer)

    def _post(self, request: Request, deadline: float) -> tuple[int, str]:
        response = self._pool.request(
            "POST",
            request.url,
            body=request.body,
            headers=request.headers,
            timeout=urllib3.Timeout(connect=min(CONNECT_TIMEOUT, request.timeout), total=request.timeout),
            retries=False,
            redirect=False,
            preload_content=False,
>>>>>>> main
        )

    def _exchange(self, request: Request, deadline: float) -> tuple[Answer, str]:
        origin, start = _opening(request.url)
        connection = self._written(origin, _message(start, request), deadline)
        whole = False
        try:
            answer = connection.read(deadline)
            whole = answer.whole
        except (OSError, HTTPException, TooLarge, ValueError) as error:
            raise Failed(_reason(error), connection.address) from error
        finally:
            if whole:
                self._idle.give(connection)
            else:
                connection.close()
        return answer, connection.address

    def _written(self, origin: Origin, message: bytes, deadline: float) -> Connection:
        """A connection over which the request has gone."""
        kept = self._idle.take(origin)
        if kept is not None:
            try:
                return _write(kept, message, deadline)
            except NothingWritten:
                pass  # the receiver knows nothing of the request, so a fresh connection does not send it twice
        fresh = self._dialer.connect(origin, min(deadline, monotonic() + CONNECT_TIMEOUT))
        try:
            return _write(fresh, message, deadline)
        except NothingWritten as error:
            raise Failed(Reason.CONNECTION_BROKEN, fresh.address) from error


<<<<<<< HEAD
def _write(connection: Connection, message: bytes, deadline: float) -> Connection:
    written = False
    try:
        connection.write(message, deadline)
        written = True
    except OSError as error:
        raise Failed(_reason(error), connection.address) from error
    finally:
        if not written:
            connection.close()
    return connection


@lru_cache(REMEMBERED)
def _opening(url: str) -> tuple[Origin, str]:
    """Whom to connect to, and how the request begins."""
    try:
        target = read_target(url)
    except ValueError as error:
        raise Failed(Reason.BAD_URL) from error
    opening = f"POST {target.path} HTTP/1.1\r\nHost: {target.authority}\r\nAccept-Encoding: identity\r\n"
    return Origin(target.secure, target.host, target.port), opening


def _message(opening: str, request: Request) -> bytes:
    """The request in one piece, so that it goes out in one packet where it fits one."""
    fields = [f"{name}: {value}" for name, value in request.headers.items()]
    head = "\r\n".join([*fields, f"Content-Length: {len(request.body)}", "\r\n"])
    # A line break in a header would begin another header, or another request.
    if not len(fields) + 2 == head.count("\r") == head.count("\n") or "\0" in head:
        raise Failed(Reason.BAD_REQUEST)
    try:
        return (opening + head).encode("latin-1") + request.body
    except UnicodeEncodeError as error:
        raise Failed(Reason.BAD_REQUEST) from error


def _reason(error: Exception) -> Reason:
    if isinstance(error, TimeoutError):
        return Reason.TIMEOUT
    return Reason.ANSWER_TOO_LARGE if isinstance(error, TooLarge) else Reason.CONNECTION_BROKEN
=======
def _read(response: urllib3.BaseHTTPResponse, deadline: float) -> str:
    """The first KiB of the answer. The status has arrived: a body that never ends spoils nothing."""
    read = b""
    left = deadline - time.monotonic()
    with contextlib.suppress(urllib3.exceptions.HTTPError, OSError), _alarm(left, response.shutdown):
        while len(read) < READ_AT_MOST and time.monotonic() < deadline:
            chunk = response.read1(CHUNK)
            if not chunk:
                break
            read += chunk
        else:
            response.close()
    return read[:KEPT_OF_ANSWER].decode("utf-8", "replace")
>>>>>>> main


def _answer_due(connection: HTTPConnection) -> contextlib.AbstractContextManager[None]:
    """Bounds status and headers together by the time that is left, which urllib3 has set as the time-out."""
    return _alarm(connection.timeout or 0, partial(connection.sock.shutdown, socket.SHUT_RDWR))


@contextlib.contextmanager
def _alarm(seconds: float, hang_up: Callable[[], object]) -> Iterator[None]:
    """Hang up after `seconds`, and TimeoutError; a receiver that sends a byte now and then has no other end."""
    rung = Event()

    def ring() -> None:
        rung.set()
        with contextlib.suppress(OSError, RuntimeError, ValueError):  # the connection is gone, or done with
            hang_up()

    timer = Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if rung.is_set():
            raise TimeoutError("the receiver took too long")


def _since(start: float) -> int:
<<<<<<< HEAD
    return round((monotonic() - start) * 1000)
=======
    return round((time.monotonic() - start) * 1000)


def _error_class(error: BaseException) -> str:
    for candidate in (error, error.__cause__, error.__context__):
        for kind, name in ERRORS:
            if isinstance(candidate, kind):
                return name
    return "connection_failed"


def _pool(*, allow_private: bool) -> urllib3.PoolManager:
    """A pool manager whose connections go to vetted addresses, resolved at the moment of connecting."""

    class VettedHTTP(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, allow_private=allow_private)

        def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
            with _answer_due(self):
                return super().getresponse()

    class VettedHTTPS(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, allow_private=allow_private)

        def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
            with _answer_due(self):
                return super().getresponse()

    class HTTPPool(HTTPConnectionPool):
        ConnectionCls: Any = VettedHTTP

    class HTTPSPool(HTTPSConnectionPool):
        ConnectionCls: Any = VettedHTTPS

    manager = urllib3.PoolManager(num_pools=POOLS, maxsize=CONNECTIONS)
    manager.pool_classes_by_scheme = {"http": HTTPPool, "https": HTTPSPool}
    return manager


def _connect(connection: HTTPConnection, *, allow_private: bool) -> socket.socket:
    """Resolve once, vet, and connect to what was vetted: a name that changes its mind gains nothing."""
    failure: OSError | None = None
    host = connection.host.strip("[]")
    try:
        addresses = resolve(host, connection.port, allow_private=allow_private)
    except socket.gaierror as error:
        raise urllib3.exceptions.NameResolutionError(host, connection, error) from error
    for address in addresses:
        try:
            return urllib3_connection.create_connection(
                address, connection.timeout, socket_options=connection.socket_options
            )
        except TimeoutError as error:
            raise urllib3.exceptions.ConnectTimeoutError(connection, "connect timed out") from error
        except OSError as error:
            failure = error
    raise urllib3.exceptions.NewConnectionError(connection, "no address answered") from failure
>>>>>>> main
