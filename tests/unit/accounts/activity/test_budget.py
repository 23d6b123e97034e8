"""The daily budget of an account: counted in memory, written by thousandths, over when it is spent."""

from datetime import UTC, date, datetime, timedelta

from switchboard.accounts.activity.budget import KeepBudgets
from switchboard.accounts.activity.model import Spent
from tests.fakes.source_activity import MemorySpending
from tests.support.builders import NOON

ONE = Spent(1, 2)
MIDNIGHT = datetime(NOON.year, NOON.month, NOON.day, tzinfo=UTC) + timedelta(days=1)


class World:
    """Two containers over one table; `limit` is every account's."""

    def __init__(self, events: int, deliveries: int) -> None:
        self.now, self.rows, self.told, self.failures = NOON, MemorySpending(), [], []  # type: ignore[var-annotated]
        self.limit = Spent(events, deliveries)
        self.one, self.other = self.container(), self.container()

    def container(self) -> KeepBudgets:
        return KeepBudgets(self.rows, lambda _: self.limit, self.told.append, self.failures.append, lambda: self.now)


def test_beyond_the_budget_deliveries_wait_for_the_next_day() -> None:
    """Events or deliveries, whichever is spent first. The operator is told once, and other accounts go on."""
    for limit in ((3, 1000), (1000, 6)):
        world = World(*limit)
        for _ in range(3):
            assert world.one.held_until("acme") is None
            world.one.count("acme", ONE)
        world.one.count("acme", ONE)
        assert [world.one.held_until("acme"), world.one.held_until("acme")] == [MIDNIGHT, MIDNIGHT]
        assert (world.told, world.one.held_until("bolt")) == (["acme"], None)
        world.now = MIDNIGHT
        assert world.one.held_until("acme") is None


def test_of_all_containers_one_tells_the_operator() -> None:
    """Once for each account and day; a mark that could not be written is written with the next delivery."""
    world = World(1, 1000)
    for container in (world.one, world.other):
        for account in ("acme", "bolt"):
            container.count(account, Spent(2, 2))
    world.rows.broken = True
    assert world.one.held_until("acme") == MIDNIGHT
    assert (world.told, len(world.failures)) == ([], 1)
    world.rows.broken = False
    for container in (world.one, world.other, world.container()):
        for account in ("acme", "bolt"):
            container.count(account, Spent(2, 2))
            assert container.held_until(account) == MIDNIGHT
    assert world.told == ["acme", "bolt"]
    world.now = MIDNIGHT
    for container in (world.one, world.other):
        container.count("acme", Spent(2, 2))
        container.held_until("acme")
    assert world.told == ["acme", "bolt", "acme"]


def test_no_event_costs_a_write() -> None:
    """A thousandth of the budget is written at once."""
    world = World(100_000, 1_000_000)
    for _ in range(1000):
        world.one.count("acme", ONE)
    assert (world.rows.writes, world.rows.of("acme", NOON.date())) == (10, Spent(1000, 2000))


def test_containers_learn_of_each_other_by_their_writes() -> None:
    """The answer to a write is the total of the day."""
    world = World(4, 1000)
    for container in (world.one, world.one, world.other, world.other, world.other):
        container.count("acme", ONE)
    assert world.other.held_until("acme") == MIDNIGHT


def test_a_write_that_fails_stops_no_event_and_loses_no_count() -> None:
    """The counts are in the next write."""
    world = World(100, 1000)
    world.rows.broken = True
    world.one.count("acme", ONE)
    world.rows.broken = False
    world.one.count("acme", ONE)
    assert (len(world.failures), world.rows.of("acme", NOON.date())) == (1, Spent(2, 4))


def test_each_day_has_its_own_count() -> None:
    """Also the counts that were in memory."""
    world = World(2, 1000)
    world.one.count("acme", ONE)
    world.now = MIDNIGHT
    world.one.count("acme", ONE)
    assert (world.rows.of("acme", date(NOON.year, NOON.month, NOON.day)), world.one.held_until("acme")) == (ONE, None)
