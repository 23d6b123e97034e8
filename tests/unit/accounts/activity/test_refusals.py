"""Refused requests are kept and counted, and a flood of them costs little."""

from datetime import datetime, timedelta

from switchboard.accounts.activity.model import RefusalReason, RefusedRequest, hour_of
from switchboard.accounts.activity.refusals import OF_ALL, OF_SOURCE, SOURCE_WAIT, KeepRefusals, reason_of
from switchboard.errors import Invalid, TooLarge, Unauthorized
from tests.fakes.source_activity import MemorySourceActivity
from tests.support.builders import NOON

UNREADABLE = RefusalReason.UNREADABLE


class World:
    """The use case, with a clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON
        self.rows = MemorySourceActivity()
        self.measured: list[tuple[str, int]] = []
        self.failures: list[Exception] = []
        self.described = 0
        self.keep = KeepRefusals(
            self.rows, lambda: self.now, lambda *told: self.measured.append(told), self.failures.append
        )

    def refuse(self, source: str = "s-1", reason: RefusalReason = UNREADABLE) -> None:
        def described(at: datetime) -> RefusedRequest:
            self.described += 1
            return RefusedRequest(at, 400, reason)

        self.keep(source, reason, described)

    def counted(self, source: str = "s-1") -> int:
        return sum(sum(one.counts.refused.values()) for one in self.rows.hours(source, hour_of(NOON)))


def test_a_refused_request_is_kept_and_counted() -> None:
    """With its reason, as a metric too."""
    world = World()
    world.refuse(reason=RefusalReason.CREDENTIALS)
    assert [one.reason for one in world.rows.refused("s-1", NOON)] == [RefusalReason.CREDENTIALS]
    (hour,) = world.rows.hours("s-1", hour_of(NOON))
    assert hour.counts.refused == {"credentials": 1}
    assert world.measured == [("credentials", 1)]


def test_a_flood_costs_a_few_writes_and_is_counted_all_the_same() -> None:
    """The next request that is kept brings the counts of those before."""
    world = World()
    for _ in range(10_000):
        world.refuse()
    assert (world.rows.writes, world.described) == (2 * OF_SOURCE, OF_SOURCE)
    world.now += timedelta(seconds=SOURCE_WAIT)
    world.refuse()
    assert world.counted() == 10_001
    assert sum(number for _, number in world.measured) == 10_001


def test_many_sources_together_have_a_limit_too() -> None:
    """A container writes no more than its share."""
    world = World()
    for place in range(500):
        world.refuse(f"s-{place}")
    assert world.described == OF_ALL


def test_a_table_that_fails_refuses_nobody_otherwise() -> None:
    """The failure is reported, and the sender gets the same answer."""
    world = World()
    world.rows.broken = True
    world.refuse()
    assert [type(one) for one in world.failures] == [ConnectionError]


def test_each_error_has_a_reason() -> None:
    """By its kind."""
    errors = (Unauthorized("x"), Invalid("x"), TooLarge("x"), KeyError("x"))
    assert [reason_of(error).value for error in errors] == ["credentials", "unreadable", "too_large", "failed"]
