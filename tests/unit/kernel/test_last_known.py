"""Values that serve while they cannot be read again."""

import pytest

from switchboard.kernel.last_known import Ages, LastKnown


class Outage(Exception):
    """A service is out of order."""


class World:
    """A clock, a value that can be read or not, and what was told."""

    def __init__(self) -> None:
        self.now, self.value, self.reads = 0.0, "old", 0
        self.error: Exception | None = None
        self.told: list[Exception] = []
        self.known = LastKnown[str, str](
            10, Ages(30, 3600), lambda error: isinstance(error, Outage), self.told.append, lambda: self.now
        )

    def read(self) -> str:
        self.reads += 1
        if self.error:
            raise self.error
        return self.value

    def at(self, now: float) -> str:
        self.now = now
        return self.known.get("k", self.read)


def test_a_value_is_read_again_when_it_is_no_longer_fresh() -> None:
    """And not before."""
    world = World()
    assert world.at(0) == "old"
    world.value = "new"
    assert (world.at(29), world.reads) == ("old", 1)
    assert (world.at(30), world.reads) == ("new", 2)


def test_in_an_outage_the_last_value_serves_for_a_bounded_time() -> None:
    """The outage is told once, and the value is asked for again after a pause; the end of the outage is seen."""
    world = World()
    world.at(0)
    world.error = Outage()
    assert [world.at(moment) for moment in (30, 31, 39, 41, 3599)] == ["old"] * 5
    assert (world.reads, len(world.told)) == (4, 1)
    with pytest.raises(Outage):
        world.at(3600)
    world.error, world.value = None, "new"
    assert world.at(3601) == "new"
    world.error = Outage()
    assert world.at(3700) == "new"
    assert len(world.told) == 2


def test_another_error_is_raised_and_so_is_an_outage_without_a_value() -> None:
    """A secret that may not be read is not served."""
    world = World()
    world.error = Outage()
    with pytest.raises(Outage):
        world.at(0)
    world.error = None
    world.at(1)
    world.error = KeyError("no")
    with pytest.raises(KeyError):
        world.at(40)


def test_a_value_that_is_put_or_none_counts_at_once() -> None:
    """None is never kept."""
    world = World()
    world.at(0)
    world.known.put("k", "put")
    assert world.at(1) == "put"
    world.known.put("k", None)  # type: ignore[arg-type]
    assert world.at(2) == "old"
