"""Tasks are started."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchboard.campaigns.dialling.state import Change
from switchboard.campaigns.in_use import ResourceKind
from switchboard.errors import Conflict, NotFound
from switchboard.kernel.campaign import Clip, Counters, Execution, Limits, Phase, Task
from switchboard.telephony.model import AccountTelephony
from tests.support.campaigns import a_profile, a_task, people
from tests.unit.campaigns.campaign_world import World


@pytest.fixture
def world() -> World:
    return World()


def begun(world: World, task: str = "t1") -> Execution:
    """The execution that a start comes to."""
    id_ = world.start("acme", task)
    assert id_
    found = world.executions.get("acme", id_)
    assert found
    return found


def end(world: World, execution: Execution) -> None:
    """Let an execution be over."""
    state = world.store.load("acme")
    dialler = replace(state.dialler, version=state.dialler.version + 1)
    over = replace(execution, phase=Phase.FINISHED, finished_at=world.now)
    assert world.store.commit(
        state.dialler.version, Change(replace(state, dialler=dialler, executions={}), over=[over])
    )


def test_an_execution_has_all_that_it_needs(world: World) -> None:
    """Settings, clips, people, zone and priority as they are at this moment; nobody has been called."""
    world.prepared(people(3), attempt_count=4)
    world.tasks.save(a_task(priority=9))
    found = begun(world)
    assert (found.task, found.name, found.priority, found.started_at) == ("t1", "flood", 9, world.now)
    assert (found.settings.attempt_count, found.clips, found.timezone) == (4, (world.audio["a1"],), "Europe/Moscow")
    assert found.counters == Counters(total=3, not_yet=3)
    assert list(world.audiences.whole("acme", found.audience)) == people(3)


def test_nothing_that_happens_later_changes_it(world: World) -> None:
    """An execution has its own copy of the list: the group may change or disappear."""
    world.prepared()
    found = begun(world)
    world.audiences.remove("acme", "g1.list")
    world.settings.save(a_profile(attempt_count=9))
    assert list(world.audiences.whole("acme", found.audience)) == people(3)
    assert world.executions.get("acme", found.id) == found


def test_who_stands_in_several_groups_is_called_once(world: World) -> None:
    """In the place of the first."""
    world.prepared(people(3), people(3, first=1))
    assert list(world.audiences.whole("acme", begun(world).audience)) == people(4)


def test_a_task_that_runs_is_not_started_again(world: World) -> None:
    """A second start returns the active execution."""
    world.prepared()
    first = begun(world)
    assert begun(world).id == first.id
    end(world, first)
    assert begun(world).id != first.id


def test_two_starts_at_the_same_instant_are_one_execution(world: World) -> None:
    """Both starts saw no execution. The later start finds the other at its write, and deletes its own list."""
    world.prepared()
    save = world.audiences.save
    others: list[str | None] = []

    def between(*args: object) -> object:
        world.audiences.save = save  # type: ignore[method-assign]
        others.append(world.start("acme", "t1"))
        return save(*args)  # type: ignore[arg-type]

    world.audiences.save = between  # type: ignore[method-assign, assignment]
    mine = world.start("acme", "t1")
    assert [mine] == others
    assert len(world.executions.active("acme")) == 1
    assert sorted(world.audiences.people) == [("acme", "g1.list"), ("acme", mine)]


def no_channels(world: World) -> None:
    world.executions.limit("acme", Limits(channels=0))


def no_telephony(world: World) -> None:
    world.telephonies.remove("acme")


def cannot_play(world: World) -> None:
    world.telephonies.save(AccountTelephony("acme", "vpbx"))


@pytest.mark.parametrize("lacks", [no_channels, no_telephony, cannot_play])
def test_without_channels_nothing_is_started(world: World, lacks: Callable[[World], None]) -> None:
    """The account has no channels, no telephony, or a telephony that plays no messages."""
    world.prepared()
    lacks(world)
    assert world.start("acme", "t1") is None
    assert list(world.executions.active("acme")) == []
    assert list(world.audiences.people) == [("acme", "g1.list")]


def test_limits_that_nobody_set_are_none(world: World) -> None:
    """An account cannot call before its operator has set limits."""
    fresh = World()
    fresh.prepared()
    fresh.store.states.clear()
    assert fresh.start("acme", "t1") is None


def without_settings(world: World) -> None:
    world.settings.rows.clear()


def without_audio(world: World) -> None:
    world.audio.clear()


def without_group(world: World) -> None:
    world.groups.rows.clear()


def without_list(world: World) -> None:
    world.audiences.people.clear()


GONE = [without_settings, without_audio, without_group, without_list]


@pytest.mark.parametrize("lacks", GONE)
def test_a_task_that_lacks_something_is_a_conflict(world: World, lacks: Callable[[World], None]) -> None:
    """Nothing is begun."""
    world.prepared()
    lacks(world)
    with pytest.raises(Conflict):
        world.start("acme", "t1")
    assert list(world.executions.active("acme")) == []


def test_nobody_to_be_called_is_a_conflict(world: World) -> None:
    """An error is better than a campaign that calls nobody."""
    world.prepared([])
    with pytest.raises(Conflict):
        world.start("acme", "t1")


def test_another_accounts_task_is_not_there(world: World) -> None:
    """The answer is the same for any id."""
    world.prepared()
    with pytest.raises(NotFound):
        world.start("other", "t1")


def removals(world: World) -> list[Callable[[], object]]:
    return [
        lambda: world.keep_tasks.remove("acme", "t1"),
        lambda: world.keep_groups.remove("acme", "g1"),
        lambda: world.keep_settings.remove("acme", "n1"),
        lambda: world.keep_tasks.replace(a_task(name="other")),
        lambda: world.keep_settings.replace(a_profile(attempt_count=7)),
    ]


@pytest.mark.parametrize("which", range(5))
def test_what_a_running_task_uses_is_neither_removed_nor_changed(world: World, which: int) -> None:
    """Until it is over."""
    world.prepared()
    execution = begun(world)
    before = (dict(world.tasks.rows), dict(world.groups.rows), dict(world.settings.rows))
    with pytest.raises(Conflict):
        removals(world)[which]()
    assert (world.tasks.rows, world.groups.rows, world.settings.rows) == before
    end(world, execution)
    world.now += timedelta(minutes=2)
    removals(world)[which]()
    assert (world.tasks.rows, world.groups.rows, world.settings.rows) != before


@pytest.mark.parametrize("which", range(3))
def test_what_is_removed_between_two_steps_of_a_start_is_missed_or_held(world: World, which: int) -> None:
    """Either the start finds a resource missing, or the hold prevents the removal."""
    world.prepared()
    save, hold = world.audiences.save, world.holds.hold
    refused: list[bool] = []

    def after(*args: object) -> object:
        with pytest.raises(Conflict):
            removals(world)[which]()
        refused.append(True)
        return save(*args)  # type: ignore[arg-type]

    world.audiences.save = after  # type: ignore[method-assign, assignment]
    begun(world)
    assert refused

    other = World()
    other.prepared()
    hold = other.holds.hold

    def before(*args: object) -> None:
        removals(other)[which]()
        hold(*args)  # type: ignore[arg-type]

    other.holds.hold = before  # type: ignore[method-assign, assignment]
    with pytest.raises(Conflict):
        other.start("acme", "t1")
    assert list(other.executions.active("acme")) == []


def test_a_task_names_only_what_there_is(world: World) -> None:
    """Another account's things are not there."""
    task = world.prepared()
    wrong: list[Task] = [
        replace(task, settings="n9"),
        replace(task, files=("a1", "a9")),
        replace(task, groups=("g9",)),
        replace(task, account="other"),
    ]
    for one in wrong:
        with pytest.raises(NotFound):
            world.keep_tasks.add(one)
    assert world.tasks.get("acme", "t1") == task


def test_what_another_system_calls_needs_no_channels_here() -> None:
    """The execution begins in the phase of a hand-over. The dry run forecasts no times."""
    world = World()
    world.telephonies.save(AccountTelephony("acme", "cato", {"base_url": "https://cato.example"}))
    world.store.states.clear()
    task = world.prepared()
    dry = world.dry_run("acme", task.id)
    assert (dry.can_start, dry.called, dry.begins_at, dry.longest) == (True, 3, None, None)
    started = world.start("acme", task.id)
    assert started
    assert [one.phase for one in world.executions.active("acme")] == [Phase.HANDED_OVER]


def test_an_operator_can_forbid_what_another_system_calls() -> None:
    """By no channels at all."""
    world = World()
    world.telephonies.save(AccountTelephony("acme", "cato", {"base_url": "https://cato.example"}))
    world.executions.limit("acme", Limits(channels=0))
    assert world.start("acme", world.prepared().id) is None


def test_more_calls_to_one_subscriber_than_can_be_kept_are_refused(world: World) -> None:
    """Nobody would hear of it before the campaign had come to a stand."""
    world.prepared(people(2, 6), attempt_count=100)
    with pytest.raises(Conflict) as refused:
        world.start("acme", "t1")
    assert refused.value.field == "settings"


def test_audio_that_is_changed_while_a_task_is_started_is_a_conflict(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The audio that was read before the hold may be gone."""
    world.prepared()
    hold = world.holds.hold

    def changed(*about: Any) -> None:
        world.audio["a1"] = replace(world.audio["a1"], key="other.wav")
        hold(*about)

    monkeypatch.setattr(world.holds, "hold", changed)
    with pytest.raises(Conflict) as refused:
        world.start("acme", "t1")
    assert refused.value.field == "files"
    monkeypatch.undo()
    assert begun(world).clips[0].key == "other.wav"


def test_what_an_execution_plays_is_in_use_whatever_became_of_its_task(world: World) -> None:
    """The task may have been given other audio in the moment in which it was started."""
    world.audio["a1"] = Clip("audio/acme/a1/abc.wav", 8.0)
    world.prepared()
    begun(world)
    world.tasks.save(a_task(files=("a2",)))
    assert world.in_use("acme", ResourceKind.AUDIO, "a1")
    assert not world.in_use("acme", ResourceKind.AUDIO, "a")


@pytest.mark.parametrize("port", ["queue", "workflow"])
def test_a_start_that_was_cut_off_is_made_good_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    """The execution was there, and nobody had been told to dial: who starts again is not answered for nothing."""
    world.prepared()
    world.queue.ticks.clear()
    desk = world.executions

    def cut(*_: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(getattr(desk, port), "tick" if port == "queue" else "run", cut)
        with pytest.raises(TimeoutError):
            world.start("acme", "t1")
    found = begun(world)
    assert desk.active("acme") == [found]
    assert world.queue.ticks
    assert list(world.workflow.started) == [(found.id, 0)]
