"""Hand-over to another SP5000 CATO: each object is made once, and the start never happens twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.campaigns.handover.poll import HAND_OVER_WITHIN
from switchboard.errors import Conflict, NotSupported
from switchboard.kernel.campaign import Phase
from tests.support.other_cato import OtherCato
from tests.support.trunk import Killed
from tests.unit.campaigns.handover_world import CATO, World

KINDS = ("audio-files", "subscriber-groups", "notification-settings", "tasks")
MOMENTS = range(1, 41)  # more than a hand-over has


def test_a_campaign_is_handed_over_and_started() -> None:
    """Audio, group, settings and task are made there, with our id in their names, and the ids are kept."""
    world = World(clips=2)
    world.turns()
    assert {kind: len(world.cato.of(kind)) for kind in KINDS} == dict(zip(KINDS, (2, 1, 1, 1), strict=True))
    assert all("x1" in one["name"] for one in world.cato.kept.values())
    assert world.handover
    assert world.cato.runs == {world.handover.theirs: world.handover.made["task"]}
    assert world.called() == world.audience


def test_a_long_list_goes_in_several_groups() -> None:
    """Of five thousand, in their order."""
    world = World(size=10_001)
    world.turns()
    assert [len(one["people"]) for one in world.cato.of("subscriber-groups")] == [5000, 5000, 1]
    assert world.called() == world.audience


@pytest.mark.parametrize("moment", MOMENTS)
def test_whoever_is_killed_is_followed_by_another(moment: int) -> None:
    """A worker dies between any two requests or writes: still one execution of one task, with everybody once."""
    world = World()
    world.kill_at = moment
    world.turns()
    assert len(world.cato.runs) == 1
    assert world.called() == world.audience
    assert all(len(world.cato.of(kind)) == 1 for kind in KINDS)


@pytest.mark.parametrize("moment", MOMENTS)
def test_without_lists_nothing_is_ever_started_twice(moment: int) -> None:
    """Without CATO's lists, objects may be made twice; a start without a known answer is not repeated."""
    world = World(cato=OtherCato(lists=False))
    world.kill_at = moment
    world.turns()
    assert len(world.cato.runs) <= 1
    if not (world.handover and world.handover.theirs):
        assert (world.execution.phase, world.execution.reason) == (Phase.FAILED, "start_unknown")
    else:
        assert world.called() == world.audience


@pytest.mark.parametrize("lost", ["audio-files/add", "groups/add", "POST notification", "POST tasks", "start"])
def test_an_answer_that_is_lost_is_looked_for(lost: str) -> None:
    """The object is found by its name, and is not made again."""
    world = World()
    world.cato.loses = {lost}
    world.turns()
    assert len(world.cato.runs) == 1
    assert all(len(world.cato.of(kind)) == 1 for kind in KINDS)


def test_a_start_that_never_came_is_repeated_when_that_is_certain() -> None:
    """Not before what is under way must have arrived, and been seen twice not to run."""
    world = World()
    world.kill_at = next(place for place in MOMENTS if kills_before_start(place))
    began = world.now
    world.turns()
    assert len(world.cato.runs) == 1
    assert world.now - began >= timedelta(seconds=90)


def kills_before_start(moment: int) -> bool:
    """Whether this kill comes when the start is noted as asked for and was not sent."""
    world = World()
    world.kill_at = moment
    for _ in range(3):
        try:
            world.turn()
        except Killed:
            return bool(world.handover and world.handover.asked == "start" and not world.cato.runs)
    return False


def test_their_lack_of_channels_is_ours() -> None:
    """The execution has failed, says so, and its report adds up."""
    world = World(cato=OtherCato(channels=0))
    world.turns()
    counters = world.execution.counters
    assert (world.execution.phase, world.execution.reason) == (Phase.FAILED, "no_channels")
    assert (counters.total, counters.failed, counters.not_yet) == (3, 3, 0)
    assert world.turn().done


@pytest.mark.parametrize(
    ("word", "status", "reason"),
    [
        ("audio-files/add", 400, "refused"),
        ("subscriber-groups/add", 413, "refused"),
        ("notification-settings", 401, "forbidden"),
        ("tasks", 404, "not_found"),
        ("start", 409, "refused"),
    ],
)
def test_what_is_refused_for_good_fails_the_execution(word: str, status: int, reason: str) -> None:
    """With the reason; nobody is called."""
    world = World()
    world.cato.refuses = {word: status}
    world.turns()
    assert (world.execution.phase, world.execution.reason, world.cato.runs) == (Phase.FAILED, reason, {})


def test_a_task_that_is_gone_there_is_not_found() -> None:
    """Their 500 is what the document shows for an unknown id."""
    world = World()
    world.cato.refuses = {"start": 503}
    world.turn()
    world.cato.kept.clear()
    world.cato.refuses = {}
    world.turns()
    assert (world.execution.phase, world.execution.reason) == (Phase.FAILED, "not_found")


def test_another_failure_at_the_start_is_looked_into() -> None:
    """A 500 for an existing task may have come after the start."""
    world = World()
    world.cato.refuses = {"start": 500}
    world.turn()
    assert world.handover
    assert world.handover.may_have_started
    world.cato.refuses = {}
    world.turns()
    assert len(world.cato.runs) == 1


def test_an_outage_at_the_start_is_waited_out() -> None:
    """With growing waits of at most five minutes; it is handed over when they are back."""
    world = World()
    world.cato.away = True
    waits = [world.turn().wait for _ in range(10)]
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300, 300]
    assert world.hindered[0] == "x1: The other system cannot be reached."
    world.cato.away = False
    world.turns()
    assert len(world.cato.runs) == 1


def test_an_outage_that_is_too_long_fails_the_execution() -> None:
    """After four hours nobody is called any more, and everybody counts as failed."""
    world = World()
    world.cato.away = True
    world.turn()
    world.now += HAND_OVER_WITHIN
    world.cato.away = False
    assert world.turn().done
    assert (world.execution.phase, world.execution.reason, world.cato.runs) == (Phase.FAILED, "not_handed_over", {})


def test_a_campaign_stays_with_the_system_that_it_was_handed_to() -> None:
    """A new token of the same system holds at once; another system's is not shown there."""
    world = World()
    world.turn()
    world.telephonies.save(replace(CATO, secret="new"))
    world.turn()
    world.telephonies.save(replace(CATO, secret="other", settings={"base_url": "https://b.example", "user_id": ""}))
    world.turn()
    world.telephonies.remove("acme")
    world.turn()
    assert [one.secret for one in world.dialled] == ["token", "new", "token", "token"]


@pytest.mark.parametrize("phase", [Phase.PAUSED, Phase.RUNNING, Phase.STOPPING])
def test_it_is_not_steered(phase: Phase) -> None:
    """The document knows no such order: 409, and nothing changes."""
    world = World()
    with pytest.raises(NotSupported):
        world.desk.steer("acme", "x1", phase)
    assert world.execution.phase is Phase.HANDED_OVER
    world.cato.channels = 0
    world.turns()
    with pytest.raises(Conflict):
        world.desk.steer("acme", "x1", phase)


def test_an_older_part_ends_where_a_newer_one_drives() -> None:
    """One worker at a time drives an execution."""
    world = World()
    world.desk.hand_on(world.execution, 7, 0.0)
    assert world.turn(part=3).done
    assert not world.turn(part=7).done


def test_of_two_at_once_one_goes_on() -> None:
    """The worker with the old version comes again later."""
    world = World()

    def rival(_: str) -> None:
        world.cato.die = world.die
        row = world.handovers.rows["acme", "x1"]
        world.handovers.rows["acme", "x1"] = replace(row, version=row.version + 1)

    world.cato.die = rival
    assert (world.turn().wait, len(world.cato.runs)) == (5, 0)
    world.turns()
    assert len(world.cato.runs) == 1


def test_a_long_campaign_goes_on_in_another_part() -> None:
    """The newer part is started and drives the execution; the older one ends."""
    world = World()
    world.turn()
    world.poll.hand_on("acme", "x1", 1, 5.0)
    assert world.execution.part == 1
    assert ("x1", 1) in world.runs.started
    assert world.turn().done
    assert not world.turn(part=1).done


def test_an_execution_that_is_not_there_is_not_handed_on() -> None:
    """It ended in the meantime."""
    world = World()
    world.poll.hand_on("acme", "x9", 1, 5.0)
    assert world.runs.started == World().runs.started
