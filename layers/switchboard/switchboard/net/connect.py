"""Open a connection to a vetted address by a deadline, with TLS verified for the host's name."""

from __future__ import annotations

import socket
import ssl
from contextlib import ExitStack
from functools import cache

from switchboard.net.connection import Connection, HttpOrigin
from switchboard.net.deadline import seconds_left
from switchboard.net.failures import ExchangeFailed, FailureReason
from switchboard.net.guard import Guard

MOST_ADDRESSES = 4


def tls_context() -> ssl.SSLContext:
    """Return TLS settings as browsers have them: TLS 1.2 or later, system authorities, host name checked."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # some systems leave the minimum to OpenSSL's settings
    context.set_alpn_protocols(["http/1.1"])
    return context


@cache
def shared_tls_context() -> ssl.SSLContext:
    """Return the process's own `tls_context()`. Reading the authorities takes some 60 ms: no start waits."""
    return tls_context()


class ConnectionOpener:
    """Opens connections to origins. `tls` gives TLS settings, or None for the process's shared settings."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext | None) -> None:
        self._guard = guard
        self._tls = tls

    def connect(self, origin: HttpOrigin, deadline: float) -> Connection:
        """Connect to the first address that accepts. Raises ExchangeFailed if no address does."""
        try:
            addresses = self._guard.addresses(origin.host, seconds_left(deadline), origin.port)
        except TimeoutError:
            raise ExchangeFailed(FailureReason.NAME_TIMEOUT) from None
        sock, address = _first(addresses[:MOST_ADDRESSES], origin.port, deadline)
        return Connection(self._secured(sock, origin, address, deadline), origin, address)

    def _secured(self, sock: socket.socket, origin: HttpOrigin, address: str, deadline: float) -> socket.socket:
        if not origin.secure:
            return sock
        with ExitStack() as failed:
            failed.callback(sock.close)
            try:
                sock.settimeout(seconds_left(deadline))
                secured = (self._tls or shared_tls_context()).wrap_socket(sock, server_hostname=origin.host)
            except TimeoutError:
                raise ExchangeFailed(FailureReason.CONNECT_TIMEOUT, address) from None
            except (
                OSError,
                ValueError,
            ) as error:  # ssl.SSLError is an OSError; ValueError for a name that TLS cannot hold
                raise ExchangeFailed(FailureReason.TLS_FAILED, address) from error
            failed.pop_all()
        return secured


def first_socket(addresses: list[str], port: int, deadline: float) -> socket.socket:
    """Connect to the first of the vetted addresses that accepts. Raises ExchangeFailed if none does."""
    return _first(addresses[:MOST_ADDRESSES], port, deadline)[0]


def _first(addresses: list[str], port: int, deadline: float) -> tuple[socket.socket, str]:
    """Try the addresses in order. Each gets an equal share of the remaining time, so a dead one cannot use all."""
    for position, address in enumerate(addresses):
        last = position == len(addresses) - 1
        try:
            share = seconds_left(deadline) / (len(addresses) - position)
            return _opened(address, port, share), address
        except OSError as error:
            if last:
                raise ExchangeFailed(_reason(error), address) from error
    raise ExchangeFailed(FailureReason.NAME_NOT_RESOLVED)


def _opened(address: str, port: int, seconds: float) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect((address, port))
    except BaseException:
        sock.close()
        raise
    return sock


def _reason(error: OSError) -> FailureReason:
    if isinstance(error, TimeoutError):
        return FailureReason.CONNECT_TIMEOUT
    if isinstance(error, ConnectionRefusedError):
        return FailureReason.CONNECTION_REFUSED
    return FailureReason.UNREACHABLE
