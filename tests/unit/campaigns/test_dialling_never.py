"""Invariants of dialling under random failures: the real conductor on a simulated clock."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import time, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.campaigns.dialling.state import NewsKind
from switchboard.campaigns.restrictions.model import RestrictionSettings
from switchboard.campaigns.restrictions.restrict import Restrict
from switchboard.kernel.campaign import Execution, Limits, Phase, Subscriber, Window
from tests.fakes.dialling_store import MemoryDialling
from tests.fakes.restrictions import MemoryRestrictions
from tests.support.campaigns import a_profile, people
from tests.support.dialling_world import World
from tests.support.trunk import Mishaps

NOBODY = Subscriber("Nobody", ())
SHARED = 0.2  # of the people
# Noon of the tests is three in the afternoon in the account's zone.
WINDOWS = (Window(), Window(time(8), time(15, 3)), Window(time(22), time(3)), Window(time(15, 1), time(15, 4)))
FINAL_WITHIN = timedelta(seconds=30 + 90 + 60)


def a_world(seed: int, **mishaps: float) -> World:
    """A world with random channels, rate, speed and mishaps; `mishaps` sets some of them."""
    draw = Random(seed)  # noqa: S311 - chance, not secrecy
    chances = {
        "kill": draw.choice([0, 0.01, 0.05]),
        "repeat": draw.choice([0, 0.3]),
        "late": draw.choice([0, 0.3]),
        "lost": draw.choice([0, 0.1]),
        "refuse": draw.choice([0, 0.1]),
        "silent": draw.choice([0, 0.05]),
        "rival": draw.choice([0, 0.05]),
    }
    limits = Limits(draw.choice([1, 3, 8, 30]), draw.choice([1, 2, 5, 20]), draw.choice([0, 0, 1, 2]))
    trunk: dict[str, Any] = {"is_repeatable": draw.random() < 0.7, "latency": draw.choice([0, 0.03, 0.2])}
    trunk["at_once"] = draw.choice([1, 4, 10])
    rows = MemoryRestrictions()
    trunk["restrictions"] = Restrict(rows, lambda _: RestrictionSettings("RU", "Europe/Moscow", limits.daily))
    return World(seed, limits, Mishaps(**{**chances, **mishaps}), kept=MemoryDialling(rows), **trunk)


def spelled(who: list[Subscriber], draw: Random) -> list[Subscriber]:
    """The same people, whose telephones are spelled in several ways; some share the telephone of the one before."""
    found: list[Subscriber] = []
    for one in who:
        phones = found[-1].phones[:1] + one.phones[1:] if found and draw.random() < SHARED else one.phones
        found.append(replace(one, phones=tuple(draw.choice(["7", "+7", "8", ""]) + phone[-10:] for phone in phones)))
    return found


def campaigns(world: World, seed: int) -> dict[str, int]:
    """One or several at once, some of which call the same numbers; how many people each has."""
    draw, sizes = Random(seed), {}  # noqa: S311 - chance, not secrecy
    for place in range(draw.choice([1, 1, 3])):
        profile = a_profile(
            attempt_count=draw.choice([1, 2, 3]),
            attempt_delay=draw.choice([0, 60]),
            window=draw.choice(WINDOWS),
            attempts_by_disposition={"busy": 1},
        )
        first = 0 if draw.random() < 0.2 else 100 * place
        who = [*spelled(people(draw.choice([0, 1, 10, 50]), draw.choice([1, 2, 3]), first), draw), NOBODY]
        world.begin(who, f"x{place}", priority=draw.randint(0, 9), settings=profile)
        sizes[f"x{place}"] = len(who)
    return sizes


def check_report(world: World, execution: Execution, size: int) -> None:
    """The subscribers' records agree with the counters."""
    records = world.desk.records(execution, 0, size)
    calls = [call for record in records for call in record.calls]
    counters = execution.counters
    assert (execution.phase, len(records), counters.not_yet) == (Phase.FINISHED, size, 0)
    assert all(record.final for record in records)
    assert sum(record.notified for record in records) == counters.notified == counters.succeeded
    assert len({call.id for call in calls}) == len(calls) == counters.calls
    assert sum(call.delayed for call in calls) == counters.delayed
    assert all(call.disposition and call.ended_at for call in calls)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9))
def test_nothing_that_must_not_be_ever_is(seed: int) -> None:
    """Not two calls to a telephone at once, over its cap, outside the window, twice for an attempt, over the limits.

    And after every single transaction the counters add up.
    """
    world = a_world(seed)
    sizes = campaigns(world, seed)
    world.run()
    assert world.faults == []
    for id_, size in sizes.items():
        check_report(world, world.report(id_), size)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9))
def test_every_call_is_final_in_time(seed: int) -> None:
    """Within ring time, longest duration and a minute after its start, even if no end is reported."""
    world = a_world(seed, kill=0, lost=0.3)
    campaigns(world, seed)
    world.run()
    for played in world.trunk.placed.values():
        execution, index = played.person
        (record,) = world.desk.records(world.report(execution), index, 1)
        ended = next(call.ended_at for call in record.calls if call.id == played.call)
        assert ended
        assert ended - played.began <= FINAL_WITHIN


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9))
def test_followers_are_told_of_everything(seed: int) -> None:
    """At least once of everybody's end, and of the beginning and the end of every execution."""
    world = a_world(seed)
    sizes = campaigns(world, seed)
    world.run()
    told = Counter((one.what, one.execution) for one in set(world.news))
    for id_, size in sizes.items():
        people_told = {one.subscriber for one in world.news if one.execution == id_ and one.subscriber >= 0}
        assert len(people_told) == size
        assert told[NewsKind.STARTED, id_] == told[NewsKind.FINISHED, id_] == 1


@pytest.mark.parametrize("where", ["before a commit", "after a commit", "before an order", "after an order"])
def test_a_conductor_may_be_killed_anywhere(where: str) -> None:
    """Each of these is reached by the chances above."""
    world = World(7, Limits(8, 5), Mishaps(kill=0.05))
    world.begin(people(60, 2))
    world.run()
    assert world.counted[f"killed {where}"] > 0
    assert world.faults == []


@pytest.mark.parametrize("latency", [0.7, 1.5, 3.0])
def test_a_slow_telephony_begins_no_call_outside_the_window(latency: float) -> None:
    """An order is on its way while the window closes."""
    for seed in range(8):
        world = World(seed, Limits(8, 5), latency=latency, at_once=1 + seed % 2 * 9)
        world.begin(people(60), settings=a_profile(window=Window(time(15), time(15, 1)), attempt_count=1))
        world.run_for(200)
        assert world.faults == []
