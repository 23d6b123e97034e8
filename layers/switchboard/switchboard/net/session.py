"""The `requests` library over connections to vetted addresses only, for requests to other systems' APIs.

Deliveries use `net/http.py` instead. A session here serves occasional requests, with answers of any size.
"""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from time import monotonic
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from switchboard.net.connect import first_socket
from switchboard.net.deadline import CONNECT_TIMEOUT
from switchboard.net.failures import ExchangeFailed, FailureReason
from switchboard.net.guard import Guard

POOL = 10
MOST_HEADERS = 500  # lines of an answer; the library takes 100, and some proxies send more
TIMEOUTS = (FailureReason.CONNECT_TIMEOUT, FailureReason.NAME_TIMEOUT)


def vetted_session(guard: Guard, *, verify: str | bool = True) -> requests.Session:
    """Return a session that connects only to addresses that the guard allows, without cookies and proxies.

    The session follows no redirects: the caller must check the credentials for each new address.
    """
    setattr(http.client, "_MAXHEADERS", MOST_HEADERS)  # noqa: B010 - the library has no setting for one connection
    session = requests.Session()
    session.trust_env = False
    session.verify = verify
    session.cookies.set_policy(_NoCookies())
    for scheme in ("http://", "https://"):
        session.mount(scheme, _VettedAdapter(guard))
    return session


class _NoCookies(requests.cookies.cookielib.DefaultCookiePolicy):  # type: ignore[name-defined,misc]
    def set_ok(self, cookie: Any, request: Any) -> bool:  # noqa: ARG002 - the policy's signature
        return False


class _VettedAdapter(HTTPAdapter):
    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(pool_connections=POOL, pool_maxsize=POOL)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Create pools whose connections use the guard."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard)


def _pools(guard: Guard) -> Mapping[str, type[HTTPConnectionPool]]:
    def connect(connection: HTTPConnection) -> socket.socket:
        try:
            deadline = monotonic() + CONNECT_TIMEOUT
            addresses = guard.addresses(connection.host, CONNECT_TIMEOUT, connection.port)
            return first_socket(addresses, connection.port, deadline)
        except ExchangeFailed as failed:
            kind = ConnectTimeoutError if failed.reason in TIMEOUTS else NewConnectionError
            raise kind(connection, failed.reason.value) from failed

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
