"""Hand-over: the hub mirrors the report of another SP5000 CATO."""

from datetime import timedelta
from typing import Any

import pytest

from switchboard.campaigns.handover.model import Reason
from switchboard.campaigns.handover.poll import OUT_OF_SIGHT, UNKNOWN_LOOKS
from switchboard.campaigns.report import ReadReport
from switchboard.kernel.campaign import Phase
from tests.support.other_cato import a_report, told
from tests.support.trunk import Killed
from tests.unit.campaigns.handover_world import World

DONE: dict[str, Any] = {
    "subscriberNotYetNotified": 0,
    "subscriberNotified": 1,
    "subscriberFailed": 2,
    "callsTotal": 3,
    "callsSucceeded": 1,
    "callsFailed": 2,
    "waveCurrent": 2,
    "activePhase": False,
}
RINGS: dict[str, Any] = {"callsTotal": 1, "callsInProgress": 1, "callsRinging": 1}


def running(size: int = 3) -> World:
    """A world whose campaign runs there."""
    world = World(size=size)
    world.turns()
    assert world.handover
    assert world.handover.theirs
    return world


def test_the_report_mirrors_theirs() -> None:
    """The counters while the execution runs; at the end the notified, their calls, and the reasons of the failed."""
    world = running()
    world.report(**RINGS)
    assert not world.turn().done
    counters = world.execution.counters
    assert (counters.total, counters.calls, counters.in_progress, counters.talking) == (3, 1, 1, 0)
    world.report(("486", "answered"), ("408",), **DONE)
    assert world.turn().done
    execution, records = world.execution, world.records
    assert (execution.phase, execution.wave, execution.finished_at) == (Phase.FINISHED, 2, world.now)
    assert (execution.counters.notified, execution.counters.failed, execution.counters.calls) == (1, 2, 3)
    assert [(records[at].notified, records[at].reason) for at in range(3)] == [
        (True, ""),
        (False, "no_answer"),
        (False, "not_called"),
    ]
    assert [(call.wave, call.disposition, call.id) for call in records[0].calls] == [
        (1, "busy", "x1.0.1.0"),
        (2, "answered", "x1.0.2.0"),
    ]


def test_the_report_can_be_read_as_any_other() -> None:
    """The use case of reports reads the mirrored records."""
    world = running()
    world.report(("answered",), **DONE)
    world.turn()
    outcomes = list(ReadReport(world.desk, world.audiences).outcomes(world.execution))
    assert [(one.subscriber.full_name, len(one.record.calls)) for one in outcomes] == [
        ("Person 0", 1),
        ("Person 1", 0),
        ("Person 2", 0),
    ]


def test_their_order_need_not_be_ours() -> None:
    """Subscribers match by numbers, else by name. Unknown subscribers are left out."""
    world = running()
    (run,) = world.cato.runs
    first, second, third = world.cato.people(run)
    other_numbers = {**second, "phones": ["999999"]}
    other_form = {**third, "phones": [f"+{number}" for number in reversed(third["phones"])], "fullName": "P."}
    stranger = {"fullName": "Nobody", "phones": ["555555"], "emails": []}
    shown = [told(stranger, "answered"), told(other_form, "486"), told(other_numbers, "408"), told(first, "answered")]
    world.cato.reports[run] = a_report("n", 3, shown, **DONE)
    world.turn()
    ends = {index: [call.disposition for call in record.calls] for index, record in world.records.items()}
    assert ends == {0: ["answered"], 1: ["no_answer"], 2: ["busy"]}


def test_looks_become_rarer() -> None:
    """From five seconds to a minute."""
    world = running()
    waits = [world.turn().wait for _ in range(60)]
    assert (waits[0], waits[-1]) == (5, 60)
    assert waits == sorted(waits)


def test_nothing_is_written_where_nothing_is_new() -> None:
    """An unchanged report causes no write of records."""
    world = running()
    world.report(("486",), **RINGS)
    world.turn()
    before = world.store.rows
    world.turn()
    assert world.store.rows == before


@pytest.mark.parametrize("moment", range(1, 9))
def test_a_look_that_is_cut_off_is_made_good_by_the_next(moment: int) -> None:
    """Many people are written in several transactions, the counters with the last."""
    world = running(size=120)
    world.report(*[("486",)] * 120, **{**DONE, "subscriberCount": 120})
    commit, commits = world.store.commit, iter(range(1, 100))

    def killed(before: int, change: Any) -> bool:
        if next(commits) == moment:
            raise Killed
        return commit(before, change)

    world.store.commit = killed  # type: ignore[method-assign]
    try:
        done = world.turn().done
    except Killed:
        assert world.execution.phase is Phase.HANDED_OVER
        done = world.turn().done
    assert (done, world.execution.phase, len(world.records)) == (True, Phase.FINISHED, 120)


def test_a_conductor_that_writes_meanwhile_is_no_hindrance() -> None:
    """After a conflict the write is repeated on the conductor's state."""
    world = running()
    world.report(("486",), **RINGS)
    commit, rivals = world.store.commit, iter([True, True, False])

    def rival(before: int, change: Any) -> bool:
        return not next(rivals, False) and commit(before, change)

    world.store.commit = rival  # type: ignore[method-assign]
    world.turn()
    assert world.execution.counters.calls == 1


def test_an_outage_is_waited_out() -> None:
    """And forgotten when they are back."""
    world = running()
    world.cato.away = True
    assert [world.turn().wait for _ in range(3)] == [5, 10, 20]
    world.cato.away = False
    world.report(("answered",), **DONE)
    world.now += timedelta(days=5)
    assert world.turn().done
    assert world.execution.phase is Phase.FINISHED


def test_failures_that_are_over_do_not_count() -> None:
    """The next outage begins with short waits."""
    world = running()
    for _ in range(2):
        world.cato.away = True
        assert world.turn().wait == 5
        world.cato.away = False
        world.turn()


def test_who_is_silent_for_a_month_is_out_of_sight() -> None:
    """The execution fails; the last known records stay."""
    world = running()
    world.report(("answered",), subscriberNotYetNotified=2, subscriberNotified=1, callsTotal=2, callsInProgress=1)
    world.turn()
    world.cato.away = True
    world.turn()
    world.now += OUT_OF_SIGHT
    assert world.turn().done
    execution, counters = world.execution, world.execution.counters
    assert (execution.phase, execution.reason) == (Phase.FAILED, Reason.OUT_OF_SIGHT)
    assert (counters.notified, counters.failed, counters.not_yet, counters.in_progress) == (1, 2, 0, 0)


def test_what_they_no_longer_know_has_failed() -> None:
    """With the reason, after some ten minutes: one answer may be a failure in passing."""
    world = running()
    world.cato.runs.clear()
    began = world.now
    assert [world.turn().done for _ in range(UNKNOWN_LOOKS)] == [False] * (UNKNOWN_LOOKS - 1) + [True]
    assert world.now - began > timedelta(minutes=10)
    assert (world.execution.phase, world.execution.reason) == (Phase.FAILED, Reason.NOT_FOUND)


@pytest.mark.parametrize("status", [404, 500, 502, 503, 504, 429])
def test_a_passing_failure_of_theirs_ends_nothing(status: int) -> None:
    """However often failures come, an answer in between begins the count anew."""
    world = running()
    for _ in range(3):
        world.cato.refuses = {"task-execs": status}
        assert not any(world.turn().done for _ in range(UNKNOWN_LOOKS - 1))
        world.cato.refuses = {}
        world.report(("answered",), subscriberNotYetNotified=2, subscriberNotified=1, callsTotal=1)
        assert not world.turn().done
    world.report(("answered",), **DONE)
    assert world.turn().done
    assert world.execution.phase is Phase.FINISHED


def test_a_look_of_an_older_part_writes_nothing() -> None:
    """After a newer part took over, the older part's report may be out of date."""
    world = running()
    world.report(("answered",), **DONE)
    shown = world.cato.die

    def newer(_: str) -> None:
        world.cato.die = shown
        world.desk.hand_on(world.execution, 9, 0.0)

    world.cato.die = newer
    assert not world.turn().done
    assert (world.execution.phase, world.records) == (Phase.HANDED_OVER, {})
    assert world.turn(part=9).done


def test_what_is_told_of_it_is_left_with_the_conductor() -> None:
    """The conductor gets news of start, waves, each subscriber and the end, each once, with a tick."""
    world = running()
    world.report(("answered",), **RINGS)
    world.turn()
    world.report(("answered",), ("408",), **DONE)
    world.turn()
    told = [(one.what.value, one.subscriber) for one in world.store.load("acme").dialler.news]
    assert told == [
        ("started", -1),
        ("notified", 0),
        ("wave", -1),
        ("failed", 1),
        ("failed", 2),
        ("finished", -1),
    ]
    assert {account for account, _ in world.queue.ticks} == {"acme"}


def test_a_conductor_that_has_much_to_tell_is_waited_for() -> None:
    """Its row can hold so much; everything is told in the end."""
    world = running(size=1000)
    world.report(*[("486",)] * 1000, **{**DONE, "subscriberCount": 1000})
    assert world.turn().done
    assert world.told + len(world.store.load("acme").dialler.news) == 1002
    assert (len(world.records), world.execution.phase) == (1000, Phase.FINISHED)


def test_a_conductor_that_tells_nothing_is_not_waited_for_for_ever() -> None:
    """The turn ends, and a later turn continues."""
    world = running(size=1000)
    world.conducts = False
    world.report(*[("486",)] * 1000, **{**DONE, "subscriberCount": 1000})
    assert world.turn().wait == 1
    assert (len(world.store.load("acme").dialler.news), world.execution.phase) == (301, Phase.HANDED_OVER)
    world.conducts = True
    assert world.turn().done
    assert len(world.records) == 1000
