"""Much at once: a turn is one transaction of at most a hundred rows, however much there is to write."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from switchboard.errors import ProviderRefused, Refusal
from switchboard.kernel.campaign import Limits, Phase
from tests.support.campaigns import a_profile, people
from tests.support.dialling_world import ACCOUNT, World
from tests.support.trunk import Fate, Killed, Mishaps

MANY = Limits(channels=100, cps=100)


def rings_long(number: str, wave: int, chance: Random) -> Fate:
    return Fate(20.0, 40.0, "answered")


def placed_and_killed(count: int) -> World:
    """So many calls were placed, and the conductor was killed before that was written."""
    world = World(limits=MANY, fate=rings_long)
    world.begin(people(count, 2))

    def dies(*_: object) -> None:
        raise Killed("after the orders")

    real = world.conduct

    def once() -> object:
        conduct = real()
        world.conduct = real  # type: ignore[method-assign]

        def place(executions: object, claimed: object, again: object, is_over: object) -> object:
            found = conduct.place(executions, claimed, again, is_over)  # type: ignore[arg-type]
            if claimed:
                dies()
            return found

        place.placer = conduct.place.placer  # type: ignore[attr-defined]
        return replace(conduct, place=place)  # type: ignore[arg-type]

    world.conduct = once  # type: ignore[assignment, method-assign]
    return world


def test_a_telephony_that_refuses_everything_at_once_is_written_down() -> None:
    """Each refused order frees a line and writes a record: more rows than one transaction takes."""
    world = World(limits=MANY, rejects=True)
    world.begin(people(300))
    world.run_for(30)
    found = world.report()
    assert (found.phase, found.counters.in_progress) == (Phase.PAUSED, 0)
    assert world.faults == []


def test_campaigns_that_end_together_leave_room_for_one_that_goes_on() -> None:
    """Thirty are stopped in the same turn in which a hundred channels are free for another."""
    world = World(limits=replace(MANY, channels=0))
    for place in range(30):
        world.begin(people(1, first=1000 + place), f"s{place}")
    world.begin(people(200), "on")
    for place in range(30):
        world.desk.steer(ACCOUNT, f"s{place}", Phase.STOPPING)
    world.trunk.limits = MANY
    world.desk.limit(ACCOUNT, MANY)
    world.run()
    assert world.report("on").phase is Phase.FINISHED
    assert world.faults == []


def test_whoever_goes_on_for_one_that_was_killed_takes_many_lines_over() -> None:
    """Their lines are written anew, besides all that was told meanwhile."""
    world = placed_and_killed(95)
    world.run()
    assert world.report().phase is Phase.FINISHED
    assert len(world.trunk.placed) == world.report().counters.calls
    assert world.faults == []


@pytest.mark.parametrize("refusal", [Refusal.UNAVAILABLE, Refusal.FORBIDDEN])
def test_an_order_that_may_have_been_placed_is_not_given_up_when_its_repeat_is_refused(refusal: Refusal) -> None:
    """The first may be ringing: the line stays taken, and the subscriber's next number is not dialled meanwhile."""
    world = placed_and_killed(3)
    since = world.agenda.now + timedelta(seconds=30)
    dials = world.trunk.__class__.__call__
    refused: list[str] = []

    def moody(trunk: object, execution: object, line: object) -> None:
        if line.call in world.trunk.placed and world.agenda.now < since + timedelta(seconds=60):  # type: ignore[attr-defined]
            refused.append(line.call)  # type: ignore[attr-defined]
            raise ProviderRefused("Not now.", refusal)
        dials(trunk, execution, line)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.trunk.__class__, "__call__", moody)
        world.run()
    assert refused
    assert world.faults == []
    assert world.report().counters.calls == len(world.trunk.placed)


def test_mishaps_with_a_fast_trunk() -> None:
    """All of it at once."""
    mishaps = Mishaps(kill=0.02, repeat=0.2, late=0.2, refuse=0.1, silent=0.02, rival=0.05)
    for seed in range(6):
        world = World(seed, MANY, mishaps, at_once=1 + seed % 2 * 9)
        world.begin(people(250, 2), settings=a_profile(attempt_delay=0))
        world.run()
        assert world.faults == []
