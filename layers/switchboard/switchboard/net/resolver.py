"""Resolve names with a time-out, which `getaddrinfo` does not have."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from switchboard.net.failures import ExchangeFailed, FailureReason

MOST_AT_ONCE = 32

Lookup = Callable[[str], list[str]]


def ask_resolver(name: str) -> list[str]:
    """Return all IPv4 and IPv6 addresses of a name, in the order to try them. Raises OSError."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for _, _, _, _, address in found))


class Resolver:
    """Resolves names in a limited number of threads.

    A hanging look-up keeps its thread until the system gives up. Requests for a name that is being looked up share the
    answer, so a hanging name keeps only one thread.
    """

    def __init__(self, lookup: Lookup = ask_resolver) -> None:
        self._lookup = lookup
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE, "names")
        self._under_way: dict[str, Future[list[str]]] = {}
        self._lock = Lock()

    def addresses(self, name: str, seconds: float) -> list[str]:
        """Return the addresses of a name. Raises ExchangeFailed if there are none, or no answer within `seconds`."""
        answer = self._ask(name)
        try:
            found = answer.result(seconds)
        except TimeoutError:
            raise ExchangeFailed(FailureReason.NAME_TIMEOUT) from None
        except (OSError, UnicodeError) as error:
            raise ExchangeFailed(FailureReason.NAME_NOT_RESOLVED) from error
        if not found:
            raise ExchangeFailed(FailureReason.NAME_NOT_RESOLVED)
        return found

    def _ask(self, name: str) -> Future[list[str]]:
        with self._lock:
            answer = self._under_way.get(name)
            if answer is None:
                answer = self._under_way[name] = self._threads.submit(self._answered, name)
            return answer

    def _answered(self, name: str) -> list[str]:
        try:
            return self._lookup(name)
        finally:
            with self._lock:
                del self._under_way[name]
