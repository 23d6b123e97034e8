"""Connections kept open between deliveries. Times are seconds."""

from __future__ import annotations

import weakref
from threading import Lock
from time import monotonic

from switchboard.net.connection import Connection, HttpOrigin

MOST_KEPT = 100
MOST_OF_ONE = 10
# A receiver or a middlebox drops an idle connection silently, so connections idle for longer are closed. A changed DNS
# entry is followed within five minutes.
LONGEST_IDLE = 30.0
LONGEST_LIFE = 300.0


class ConnectionPool:
    """A pool of idle connections. The latest is reused first; the oldest is closed first when the pool is full."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[HttpOrigin, list[Connection]] = {}
        self._count = 0
        weakref.finalize(self, _close, self._kept)

    def take(self, origin: HttpOrigin) -> Connection | None:
        """Return a usable connection, or None; unusable ones are closed on the way."""
        while connection := self._pop(origin):
            if _fresh(connection) and connection.quiet:
                return connection
            connection.close()
        return None

    def give(self, connection: Connection) -> None:
        """Keep a connection; a full pool closes the connection that was idle for longest."""
        connection.used_at = monotonic()
        with self._lock:
            # Re-insert, so that the least recently used origin comes first.
            kept = self._kept.pop(connection.origin, [])
            kept.append(connection)
            self._kept[connection.origin] = kept
            self._count += 1
            surplus = self._surplus(kept)
        if surplus:
            surplus.close()

    def _pop(self, origin: HttpOrigin) -> Connection | None:
        with self._lock:
            kept = self._kept.get(origin)
            if not kept:
                return None
            self._count -= 1
            return kept.pop()

    def _surplus(self, latest: list[Connection]) -> Connection | None:
        if len(latest) > MOST_OF_ONE:
            self._count -= 1
            return latest.pop(0)
        if self._count <= MOST_KEPT:
            return None
        self._count -= 1
        return self._oldest().pop(0)

    def _oldest(self) -> list[Connection]:
        for origin in [origin for origin, kept in self._kept.items() if not kept]:
            del self._kept[origin]
        return next(iter(self._kept.values()))


def _fresh(connection: Connection) -> bool:
    now = monotonic()
    return now - connection.used_at < LONGEST_IDLE and now - connection.opened_at < LONGEST_LIFE


def _close(kept: dict[HttpOrigin, list[Connection]]) -> None:
    for connections in kept.values():
        for connection in connections:
            connection.close()
