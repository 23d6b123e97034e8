"""Requests a second of an account: counted in memory, written by fiftieths, refused above the limit."""

from datetime import timedelta

from switchboard.accounts.terms.rates import WINDOW, CountRequests
from switchboard.errors import TooMany
from tests.fakes.source_activity import MemorySpending
from tests.support.builders import NOON


class World:
    """Two containers over one table."""

    def __init__(self, limit: int = 10) -> None:
        self.rows, self.now, self.limit = MemorySpending(), NOON, limit
        self.failures: list[Exception] = []
        self.one, self.other = (
            CountRequests(self.rows, lambda _: self.limit, self.failures.append, lambda: self.now) for _ in range(2)
        )

    def served(self, container: CountRequests, requests: int, account: str = "acme") -> int:
        """How many of these requests are served."""
        return sum(self._is_served(container, account) for _ in range(requests))

    def _is_served(self, container: CountRequests, account: str) -> bool:
        try:
            container(account)
        except TooMany:
            return False
        return True


def test_what_is_over_the_limit_is_refused_until_the_window_ends() -> None:
    """Other accounts are served meanwhile."""
    world = World()
    assert world.served(world.one, 150) == 10 * WINDOW + 1  # the write that goes over is the first to be refused
    assert world.served(world.one, 5, "bolt") == 5
    world.now += timedelta(seconds=WINDOW)
    assert world.served(world.one, 10) == 10


def test_all_containers_together_have_one_limit() -> None:
    """Late by a fiftieth of the limit for each."""
    world = World()
    assert world.served(world.one, 99) == 99
    assert world.served(world.other, 99) <= 4


def test_few_requests_cost_few_writes() -> None:
    """A fiftieth of the limit is one write."""
    world = World(limit=200)
    world.served(world.one, 120)
    assert world.rows.writes == 3


def test_a_failed_write_refuses_nothing() -> None:
    """The failure is reported."""
    world = World()
    world.rows.broken = True
    assert (world.served(world.one, 300), bool(world.failures)) == (300, True)


def test_a_lower_limit_has_effect_at_once() -> None:
    """The limit is asked for each request."""
    world = World(limit=1000)
    world.served(world.one, 250)
    world.limit = 1
    assert world.served(world.one, 30) == 0
