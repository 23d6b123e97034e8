"""The turns of an execution's workflow, and the watch over them; on a simulated clock."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from switchboard.campaigns.dialling.run import RunCampaign
from switchboard.campaigns.dialling.watch import WatchCampaigns
from switchboard.kernel.campaign import Counters, Limits, Phase, Window
from switchboard.turns import TurnResult
from tests.support.builders import NOON
from tests.support.campaigns import a_profile, people
from tests.support.dialling_world import ACCOUNT, World
from tests.support.trunk import Fate, Killed

LATER = Window(time(15, 10), time(16))  # ten minutes past noon, here


def talking(seconds: float = 60) -> dict[str, object]:
    """Everybody answers at once, and talks for so long."""
    return {"fate": lambda *_: Fate(0, seconds, "answered")}


def turn(world: World, part: int = 0, number: int = 0, id_: str = "x1") -> TurnResult:
    """A turn of the workflow."""
    run = RunCampaign(world, world, world.conduct(), world.desk, world.agenda.clock)
    return run(ACCOUNT, id_, part, number)


def test_it_looks_again_soon_while_calls_last() -> None:
    """A quarter of a minute."""
    world = World(limits=Limits(1, 1), **talking())
    world.begin(people(2))
    world.run_for(1)
    assert turn(world) == TurnResult(done=False, wait=15)


def test_it_sleeps_until_the_window_opens() -> None:
    """To the second."""
    world = World(**talking())
    world.begin(people(2), settings=a_profile(window=LATER))
    world.run_for(1.5)
    assert turn(world) == TurnResult(done=False, wait=599)


def test_it_sleeps_for_an_hour_at_most() -> None:
    """What somebody changes meanwhile is seen to."""
    world = World(**talking())
    world.begin(people(2), settings=a_profile(window=Window(time(14), time(15))))
    world.run_for(1)
    assert turn(world) == TurnResult(done=False, wait=3600)


def test_it_looks_seldom_at_what_is_paused() -> None:
    """Resuming starts a newer part."""
    world = World(**talking())
    world.begin(people(2), settings=a_profile(window=LATER))
    world.run_for(1)
    world.desk.steer(ACCOUNT, "x1", Phase.PAUSED)
    assert turn(world) == TurnResult(done=False, wait=600)
    world.desk.steer(ACCOUNT, "x1", Phase.RUNNING)
    assert turn(world) == TurnResult(done=True)
    part = world.load(ACCOUNT).executions["x1"].part
    assert not turn(world, part).done


def test_it_does_what_a_killed_conductor_left() -> None:
    """A claimed call without a result is ordered after twenty seconds, while its messages are invisible."""
    world = World(limits=Limits(1, 1), **talking())
    world.begin(people(1))
    with pytest.raises(Killed):
        killed_before_an_order(world)
    world.hidden_until = NOON + timedelta(minutes=5)
    world.run_for(60)
    assert [at - NOON for at in world.trunk.begun] == [timedelta(seconds=30)]  # of its turns, the third


def killed_before_an_order(world: World) -> None:
    """A conductor that claims a call, and is no more."""

    def die(where: str) -> None:
        if where == "before an order":
            raise Killed(where)

    world.trunk.die = die
    try:
        world.conduct()(ACCOUNT)
    finally:
        world.trunk.die = world.die


def test_what_is_stopped_while_it_is_paused_is_over_at_once() -> None:
    """No call has to end before."""
    world = World(**talking())
    world.begin(people(3), settings=a_profile(window=LATER))
    world.run_for(1)
    world.desk.steer(ACCOUNT, "x1", Phase.PAUSED)
    world.desk.steer(ACCOUNT, "x1", Phase.STOPPED)
    world.run_for(1)
    assert (world.report().phase, world.report().counters) == (Phase.STOPPED, Counters(3, 0, 0, 3))
    assert turn(world) == TurnResult(done=True)


def test_what_is_paused_ends_where_nobody_is_left_to_call() -> None:
    """Its last call was the last of all."""
    world = World(limits=Limits(2, 2), **talking(5))
    world.begin(people(2))
    world.run_for(1)
    world.desk.steer(ACCOUNT, "x1", Phase.PAUSED)
    world.run_for(10)
    assert world.report().phase is Phase.FINISHED


def test_the_watch_drives_what_no_workflow_drives() -> None:
    """Twenty minutes after its turn was due; and lets the others be."""
    world = World(**talking())
    world.begin(people(1), "x1", settings=a_profile(window=LATER))
    world.begin(people(1, first=5), "x2", settings=a_profile(window=LATER))
    world.kept.watch(ACCOUNT, "x1", NOON - timedelta(minutes=21))
    world.kept.watch(ACCOUNT, "x2", NOON - timedelta(minutes=19))
    watch = WatchCampaigns(world, world.desk, world.agenda.clock)
    assert [one.id for one in watch()] == ["x1"]
    assert watch() == []
    assert world.load(ACCOUNT).executions["x1"].part == int(NOON.timestamp())
    assert world.load(ACCOUNT).executions["x2"].part == 0
