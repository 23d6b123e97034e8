"""Kept connections: the latest is used first, the oldest goes first, and none for ever."""

import socket
from collections.abc import Callable, Iterator

import pytest

from switchboard.net import connection as connections
from switchboard.net import connection_pool as pools
from switchboard.net.connection import Connection, HttpOrigin
from switchboard.net.connection_pool import LONGEST_IDLE, LONGEST_LIFE, MOST_KEPT, MOST_OF_ONE, ConnectionPool

CRM = HttpOrigin(secure=True, host="crm.example", port=443)
Connect = Callable[[HttpOrigin], Connection]


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    one = Clock()
    monkeypatch.setattr(connections, "monotonic", one)
    monkeypatch.setattr(pools, "monotonic", one)
    return one


@pytest.fixture
def far() -> list[socket.socket]:
    """The receivers' ends, in the order of the connections."""
    return []


@pytest.fixture
def connect(far: list[socket.socket]) -> Iterator[Connect]:
    made: list[Connection] = []

    def connected(origin: HttpOrigin = CRM) -> Connection:
        near, end = socket.socketpair()
        far.append(end)
        made.append(Connection(near, origin, "192.0.2.1"))
        return made[-1]

    yield connected
    for one in (*made, *far):
        one.close()


def is_closed(end: socket.socket) -> bool:
    """Whether the other side has hung up."""
    end.setblocking(False)  # noqa: FBT003 - socket's own
    try:
        return end.recv(1) == b""
    except BlockingIOError:
        return False


def test_nothing_is_kept_at_first() -> None:
    """There is nothing to take."""
    assert ConnectionPool().take(CRM) is None


def test_the_latest_is_taken_first(connect: Connect) -> None:
    """Which leaves the others to grow old."""
    pool, first, second = ConnectionPool(), connect(CRM), connect(CRM)
    pool.give(first)
    pool.give(second)
    assert [pool.take(CRM), pool.take(CRM), pool.take(CRM)] == [second, first, None]


@pytest.mark.parametrize("other", [CRM._replace(secure=False), CRM._replace(host="b.example"), CRM._replace(port=444)])
def test_a_connection_serves_its_own_origin(connect: Connect, other: HttpOrigin) -> None:
    """Scheme, host and port."""
    pool = ConnectionPool()
    pool.give(connect(CRM))
    assert pool.take(other) is None


def test_what_the_receiver_closed_is_not_used(connect: Connect, far: list[socket.socket]) -> None:
    """Nor what it says something on unasked."""
    pool = ConnectionPool()
    for _ in range(2):
        pool.give(connect(CRM))
    far[0].close()
    far[1].send(b"HTTP/1.1 408 Too Slow\r\n\r\n")
    assert pool.take(CRM) is None


def test_what_was_idle_for_long_is_not_used(connect: Connect, clock: Clock, far: list[socket.socket]) -> None:
    """Something on the way may have forgotten it."""
    pool = ConnectionPool()
    pool.give(connect(CRM))
    clock.now += LONGEST_IDLE
    assert pool.take(CRM) is None
    assert is_closed(far[0])


def test_what_lives_for_long_is_not_used(connect: Connect, clock: Clock) -> None:
    """However busy it is: its name may have moved."""
    pool, one = ConnectionPool(), connect(CRM)
    pool.give(one)
    while clock.now < 1000 + LONGEST_LIFE - LONGEST_IDLE:
        clock.now += LONGEST_IDLE / 2
        assert pool.take(CRM) is one
        pool.give(one)
    clock.now = 1000 + LONGEST_LIFE
    assert pool.take(CRM) is None


def test_one_origin_keeps_so_many(connect: Connect, far: list[socket.socket]) -> None:
    """The oldest goes."""
    pool = ConnectionPool()
    for _ in range(MOST_OF_ONE + 1):
        pool.give(connect(CRM))
    assert [is_closed(end) for end in far] == [True] + [False] * MOST_OF_ONE


def test_all_origins_keep_so_many(connect: Connect, far: list[socket.socket]) -> None:
    """The one of the origin that was left alone for longest goes."""
    pool = ConnectionPool()
    origins = [CRM._replace(port=port) for port in range(1, MOST_KEPT + 3)]
    for origin in origins[:-2]:
        pool.give(connect(origin))
    first = pool.take(origins[0])
    assert first
    pool.give(first)
    for origin in origins[-2:]:
        pool.give(connect(origin))
    assert [number for number, end in enumerate(far) if is_closed(end)] == [1, 2]


def test_a_sender_that_is_gone_leaves_no_connection_open(connect: Connect, far: list[socket.socket]) -> None:
    """They are closed with it."""
    pool = ConnectionPool()
    pool.give(connect(CRM))
    del pool
    assert is_closed(far[0])
