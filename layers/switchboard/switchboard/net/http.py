"""Send deliveries over kept connections to vetted addresses: no redirects, limits on time and size."""

from __future__ import annotations

import ssl
from datetime import datetime
from functools import lru_cache
from http.client import HTTPException
from time import monotonic

from switchboard.deliveries.model import Attempt, PreparedRequest
from switchboard.kernel.targets import REMEMBERED, read_target
from switchboard.net.connect import ConnectionOpener
from switchboard.net.connection import AnswerTooLarge, Connection, HttpAnswer, HttpOrigin, NothingSent
from switchboard.net.connection_pool import ConnectionPool
from switchboard.net.deadline import CONNECT_TIMEOUT, LONGEST_TIMEOUT
from switchboard.net.failures import ExchangeFailed, FailureReason
from switchboard.net.guard import Guard
from switchboard.net.resolver import Resolver


class HttpSender:
    """Port Sender of the deliveries; safe for any number of threads."""

    def __init__(self, *, allow_private: bool, guard: Guard | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._dialer = ConnectionOpener(guard or Guard(Resolver(), allow_private=allow_private), tls)
        self._idle = ConnectionPool()

    def send(self, request: PreparedRequest, at: datetime) -> Attempt:
        """POST once and return the attempt. Never raises: the attempt holds any failure."""
        start = monotonic()
        try:
            answer, address = self._exchange(request, start + min(request.timeout, LONGEST_TIMEOUT))
        except ExchangeFailed as failed:
            return Attempt(at, _since(start), error=failed.reason.value, address=failed.address)
        return Attempt(
            at, _since(start), answer.status, answer=answer.text, address=address, retry_after=answer.retry_after
        )

    def _exchange(self, request: PreparedRequest, deadline: float) -> tuple[HttpAnswer, str]:
        origin, start = _opening(request.url)
        connection = self._written(origin, _message(start, request), deadline)
        whole = False
        try:
            answer = connection.read(deadline, request.answer_limit)
            whole = answer.whole
        except (OSError, HTTPException, AnswerTooLarge, ValueError) as error:
            raise ExchangeFailed(_reason(error), connection.address) from error
        finally:
            if whole:
                self._idle.give(connection)
            else:
                connection.close()
        return answer, connection.address

    def _written(self, origin: HttpOrigin, message: bytes, deadline: float) -> Connection:
        """Send the request over a kept or new connection and return the connection."""
        kept = self._idle.take(origin)
        if kept is not None:
            try:
                return _write(kept, message, deadline)
            except NothingSent:
                pass  # nothing was sent, so a new connection does not send the request twice
        fresh = self._dialer.connect(origin, min(deadline, monotonic() + CONNECT_TIMEOUT))
        try:
            return _write(fresh, message, deadline)
        except NothingSent as error:
            raise ExchangeFailed(FailureReason.CONNECTION_BROKEN, fresh.address) from error


def _write(connection: Connection, message: bytes, deadline: float) -> Connection:
    written = False
    try:
        connection.write(message, deadline)
        written = True
    except OSError as error:
        raise ExchangeFailed(_reason(error), connection.address) from error
    finally:
        if not written:
            connection.close()
    return connection


@lru_cache(REMEMBERED)
def _opening(url: str) -> tuple[HttpOrigin, str]:
    """Return the origin of a URL and the first lines of the request. Raises ExchangeFailed."""
    try:
        target = read_target(url)
    except ValueError as error:
        raise ExchangeFailed(FailureReason.BAD_URL) from error
    opening = f"POST {target.path} HTTP/1.1\r\nHost: {target.authority}\r\nAccept-Encoding: identity\r\n"
    return HttpOrigin(target.secure, target.host, target.port), opening


def _message(opening: str, request: PreparedRequest) -> bytes:
    """Return headers and body as one string of bytes, so that a short request is one packet."""
    fields = [f"{_capitals(name)}: {value}" for name, value in request.headers.items()]
    head = "\r\n".join([*fields, f"Content-Length: {len(request.body)}", "\r\n"])
    # A line break in a header would start another header or another request.
    if not len(fields) + 2 == head.count("\r") == head.count("\n") or "\0" in head:
        raise ExchangeFailed(FailureReason.BAD_REQUEST)
    try:
        return (opening + head).encode("latin-1") + request.body
    except UnicodeEncodeError as error:
        raise ExchangeFailed(FailureReason.BAD_REQUEST) from error


@lru_cache(REMEMBERED)
def _capitals(name: str) -> str:
    """Return a header's name in its usual capitals: some receivers compare names by letter. A mixed name is kept."""
    return "-".join(part.capitalize() for part in name.split("-")) if name.islower() else name


def _reason(error: Exception) -> FailureReason:
    if isinstance(error, TimeoutError):
        return FailureReason.TIMEOUT
    return FailureReason.ANSWER_TOO_LARGE if isinstance(error, AnswerTooLarge) else FailureReason.CONNECTION_BROKEN


def _since(start: float) -> int:
    return round((monotonic() - start) * 1000)
