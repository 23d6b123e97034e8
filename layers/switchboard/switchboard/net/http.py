"""Sending a delivery: kept connections to vetted addresses, no redirects, bounded in time and in size."""

from __future__ import annotations

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


class HttpSender:
    """Port Sender of the deliveries, for as many threads as there are."""

    def __init__(self, *, allow_private: bool, guard: Guard | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._dialer = Dialer(guard or Guard(Names(), allow_private=allow_private), tls or tls_context())
        self._idle = Idle()

    def send(self, request: Request, at: datetime) -> Attempt:
        """POST once; whatever happens is told in the attempt."""
        start = monotonic()
        try:
            answer, address = self._exchange(request, start + min(request.timeout, LONGEST_TIMEOUT))
        except Failed as failed:
            return Attempt(at, _since(start), error=failed.reason.value, address=failed.address)
        return Attempt(
            at, _since(start), answer.status, answer=answer.text, address=address, retry_after=answer.retry_after
        )

    def _exchange(self, request: Request, deadline: float) -> tuple[Answer, str]:
        origin, start = _opening(request.url)
        connection = self._written(origin, _message(start, request), deadline)
        whole = False
        try:
            answer = connection.read(deadline, request.answer_limit)
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


def _since(start: float) -> int:
    return round((monotonic() - start) * 1000)
