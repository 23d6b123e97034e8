"""How long refused logins hold their sender off."""

from datetime import datetime, timedelta

import pytest

from switchboard.accounts.logins.hold_off import HoldOff
from switchboard.accounts.logins.model import sender_of, wait_after
from switchboard.errors import HeldOff, Unauthorized
from tests.fakes.logins import InMemoryLogins
from tests.support.builders import NOON

WRONG = Unauthorized("wrong")


class World:
    """A door with a clock, and what was told of refusals."""

    def __init__(self, logins: InMemoryLogins) -> None:
        self.now, self.told, self.lost = NOON, list[str](), list[Exception]()
        self.door = HoldOff(logins, lambda sender, _: self.told.append(sender), self.lost.append, self.clock)

    def clock(self) -> datetime:
        return self.now

    def knock(self, address: str = "203.0.113.7") -> int:
        """The wait that a wrong token is told, 0 for a plain 401."""
        with pytest.raises((HeldOff, Unauthorized)) as refused:
            self.door(address, "/admin/accounts", WRONG)
        return refused.value.seconds if isinstance(refused.value, HeldOff) else 0


def test_the_wait_grows_and_has_an_end() -> None:
    """Nothing for five, then twice as long each time, up to five minutes; no count is too large."""
    waits = [wait_after(count).total_seconds() for count in (0, 5, 6, 7, 8, 14, 15, 10**9)]
    assert waits == [0, 0, 1, 2, 4, 256, 300, 300]


def test_a_sender_is_held_off_for_longer_each_time() -> None:
    """One more 401 ends each wait and begins the next; another address is not held."""
    world = World(InMemoryLogins())
    assert [world.knock() for _ in range(6)] == [0] * 6
    assert (world.knock(), world.knock("203.0.113.8")) == (1, 0)
    for wait in (1, 2, 4):
        world.now += timedelta(seconds=wait)
        assert (world.knock(), world.knock()) == (0, wait * 2)
    assert len(world.told) == 14


def test_a_flood_is_counted_and_hardly_written() -> None:
    """While a sender is held off nothing is written, and what is remembered is bounded."""
    logins = InMemoryLogins()
    world = World(logins)
    for _ in range(1000):
        world.knock()
    assert (len(world.told), logins.writes) == (1000, 6)
    for place in range(20_000):
        world.door._until[str(place)] = NOON
    assert len(world.door._until) <= 10_000


def test_functions_hold_a_sender_off_together() -> None:
    """By the counts in the table: another function knows of the wait at its first refusal."""
    logins = InMemoryLogins()
    one, other = World(logins), World(logins)
    for _ in range(12):
        one.now += timedelta(minutes=1)
        one.knock()
    other.now = one.now
    assert other.knock() > 0


def test_a_login_is_refused_without_its_table() -> None:
    """401 as ever, and the loss is told."""

    logins = InMemoryLogins()
    logins._known = None  # type: ignore[assignment]
    world = World(logins)
    assert [world.knock() for _ in range(9)] == [0] * 9
    assert len(world.lost) == 9


def test_a_sender_is_an_address_or_a_site() -> None:
    """All addresses of an IPv6 site are one sender; what is no address is cut."""
    senders = ("203.0.113.7", "2001:db8:1:2:3::4", "2001:db8:1:2:ffff::", "", "x" * 99)
    assert [sender_of(one) for one in senders] == [
        "203.0.113.7", "2001:db8:1:2::/64", "2001:db8:1:2::/64", "unknown", "x" * 64
    ]  # fmt: skip
