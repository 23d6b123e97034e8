"""Calls are counted as they are claimed, for the cap of calls to one telephone within a day."""

from __future__ import annotations

import pytest

from switchboard.campaigns.restrictions.model import RestrictionSettings
from switchboard.campaigns.restrictions.restrict import Restrict
from switchboard.kernel.campaign import Limits, Subscriber
from tests.fakes.dialling_store import MemoryDialling
from tests.fakes.restrictions import MemoryRestrictions
from tests.support.campaigns import a_profile, people
from tests.support.dialling_world import World
from tests.support.trunk import Fate

SPELLINGS = ("79001234567", "+7 900 123-45-67", "9001234567")


def capped(**trunk: object) -> World:
    """A world with a cap of one call a day, where everybody answers."""
    rows = MemoryRestrictions()
    restrict = Restrict(rows, lambda _: RestrictionSettings("RU", "Europe/Moscow", 1))
    limits = Limits(channels=5, cps=5, daily=1)
    return World(limits=limits, restrictions=restrict, kept=MemoryDialling(rows), fate=answers, **trunk)


def answers(*_: object) -> Fate:
    return Fate(2.0, 5.0, "answered")


def test_everybody_is_called_once_a_day_though_the_telephony_was_busy() -> None:
    """An order that was refused for now does not count, and is repeated."""
    world = capped()
    world.mishaps.refuse = 0.4
    world.begin(people(20))
    world.run()
    assert (world.faults, world.report().counters.notified) == ([], 20)


def test_a_call_that_was_refused_for_good_counts() -> None:
    """As an attempt, which it is in the report as well: the second wave of the day makes no other."""
    world = capped(rejects=True)
    world.begin(people(3))
    world.run()
    assert world.report().counters.calls == 3


def test_three_spellings_are_one_telephone() -> None:
    """Of three people with one telephone, one is called today, in one task or in several."""
    for tasks in (1, 3):
        world = capped()
        for task in range(tasks):
            some = SPELLINGS if tasks == 1 else SPELLINGS[task : task + 1]
            world.begin([Subscriber(f"P{phone}", (phone,)) for phone in some], f"x{task}")
        world.run()
        assert (world.faults, len(world.trunk.placed)) == ([], 1)
        reasons = [one.reason for one in world.desk.records(world.report(f"x{tasks - 1}"), 0, 3) if not one.notified]
        assert set(reasons) == {"daily_cap"}


@pytest.mark.parametrize("cps", [1, 20])
def test_one_telephone_is_never_rung_twice_at_once(cps: int) -> None:
    """Without a cap, the people of a telephone are called one after the other."""
    world = World(limits=Limits(channels=5, cps=cps), fate=answers)
    world.begin([Subscriber(f"P{phone}", (phone,)) for phone in SPELLINGS], settings=a_profile(attempt_count=1))
    world.run()
    assert (world.faults, world.report().counters.notified) == ([], 3)
