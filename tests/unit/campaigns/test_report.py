"""Executions are reported."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.campaigns.dialling.state import Change, DiallingState, Line
from switchboard.campaigns.ports import PAGE
from switchboard.campaigns.report_csv import HEADINGS, MARK, lines
from switchboard.errors import Conflict, NotFound
from switchboard.kernel.campaign import CallRecord, Counters, Execution, Phase, SubscriberRecord
from tests.support.builders import NOON
from tests.support.campaigns import people
from tests.unit.campaigns.campaign_world import World

SIZE = 2 * PAGE + 7
ENDED = CallRecord("c1", "79000000000", 1, NOON, ended_at=NOON, disposition="busy")


@pytest.fixture
def world() -> World:
    world = World()
    world.prepared(people(SIZE))
    return world


@pytest.fixture
def execution(world: World) -> Execution:
    id_ = world.start("acme", "t1")
    assert id_
    return world.report.execution("acme", id_)


def write(world: World, records: dict[int, SubscriberRecord], execution: Execution, line: Line | None = None) -> None:
    state = world.store.load("acme")
    dialler = replace(state.dialler, version=state.dialler.version + 1)
    over = execution.finished_at is not None
    after = DiallingState(dialler, {} if over else {execution.id: execution}, {0: line} if line else {})
    kept = {(execution.id, index): record for index, record in records.items()}
    assert world.store.commit(state.dialler.version, Change(after, records=kept, over=[execution] if over else []))


def test_everybody_is_told_of_in_order(world: World, execution: Execution) -> None:
    """Also whom nobody has called yet, over all pages."""
    write(world, {PAGE: SubscriberRecord(PAGE, notified=True, calls=(ENDED,))}, execution)
    told = list(world.report.outcomes(execution))
    assert [one.subscriber for one in told] == people(SIZE)
    assert [one.record.index for one in told] == list(range(SIZE))
    assert [one.record.index for one in told if one.record.notified] == [PAGE]


@pytest.mark.parametrize("first", [0, 1, PAGE - 1, PAGE, PAGE + 1, SIZE - 1, SIZE, SIZE + PAGE])
def test_one_may_begin_anywhere(world: World, execution: Execution, first: int) -> None:
    """In a page, at its edges, and behind the last."""
    told = [one.record.index for one in world.report.outcomes(execution, first)]
    assert told == list(range(first, SIZE))


def test_pages_are_read_as_they_are_needed(world: World, execution: Execution) -> None:
    """Reading the first subscriber only costs one page."""
    before = world.store.reads
    next(world.report.outcomes(execution))
    assert world.store.reads - before == 2  # the calls that last, and one page of records


def test_a_call_that_lasts_is_told_after_those_that_ended(world: World, execution: Execution) -> None:
    """And a call that ended between two readings is told once."""
    line = Line(0, "c2", execution.id, 3, 0, "79000000003", 2, NOON, NOON + timedelta(seconds=99), answered_at=NOON)
    write(world, {3: SubscriberRecord(3, calls=(ENDED,))}, execution, line)
    (told,) = [one for one in world.report.outcomes(execution) if one.record.calls]
    assert [call.id for call in told.record.calls] == ["c1", "c2"]
    write(world, {3: SubscriberRecord(3, calls=(ENDED, replace(ENDED, id="c2")))}, execution, line)
    (told,) = [one for one in world.report.outcomes(execution) if one.record.calls]
    assert [(call.id, call.ended_at) for call in told.record.calls] == [("c1", NOON), ("c2", NOON)]


def test_a_report_is_forgotten_when_it_is_over(world: World, execution: Execution) -> None:
    """The list goes too. An active execution is a conflict, another account's execution is not found."""
    with pytest.raises(Conflict):
        world.report.forget("acme", execution.id)
    write(world, {}, replace(execution, phase=Phase.STOPPED, finished_at=NOON))
    with pytest.raises(NotFound):
        world.report.forget("other", execution.id)
    world.report.forget("acme", execution.id)
    with pytest.raises(NotFound):
        world.report.execution("acme", execution.id)
    assert list(world.audiences.people) == [("acme", "g1.list")]


def test_whom_a_stopped_execution_did_not_come_to_is_told_with_the_reason(world: World, execution: Execution) -> None:
    """Notified subscribers, and subscribers who failed before, keep their results."""
    records = {0: SubscriberRecord(0, notified=True), 1: SubscriberRecord(1, reason="busy"), 2: SubscriberRecord(2)}
    write(world, records, replace(execution, phase=Phase.STOPPED, finished_at=NOON))
    stopped = world.report.execution("acme", execution.id)
    told = [one.record.reason for one in world.report.outcomes(stopped)]
    assert told == ["", "busy", *["stopped"] * (SIZE - 2)]


def test_a_table_has_a_line_for_each_call(world: World, execution: Execution) -> None:
    """A subscriber without calls has one line. Times are in the account's zone."""
    answered = replace(ENDED, id="c2", answered_at=NOON, success=True, digits="1", disposition="answered")
    record = SubscriberRecord(0, notified=True, calls=(ENDED, answered))
    write(world, {0: record, 1: SubscriberRecord(1, reason="do_not_call")}, execution)
    pieces = list(lines(world.report.outcomes(execution), "Europe/Moscow", ";"))
    headings, first, second, third, *_ = "".join(pieces).split("\r\n")
    assert len(pieces) > 1
    assert headings == MARK + ";".join(HEADINGS)
    at = "2026-03-14T15:00:00.000+03:00"
    assert first == f"Person 0;79000000000;true;;79000000000;1;{at};;{at};busy;false;"
    assert second == f"Person 0;79000000000;true;;79000000000;1;{at};{at};{at};answered;true;1"
    assert third == "Person 1;79000000001;false;do_not_call;;;;;;;;"


@pytest.mark.parametrize("name", ["=1+1", "+7", "-x", "@x", "\t=x"])
def test_no_cell_is_a_formula(world: World, name: str) -> None:
    """A name may come from anybody, and a spreadsheet would work it out."""
    world = World()
    world.prepared([replace(people(1)[0], full_name=name)])
    id_ = world.start("acme", "t1")
    assert id_
    text = "".join(lines(world.report.outcomes(world.report.execution("acme", id_)), "UTC", ";"))
    assert f"'{name}" in text


def test_the_counters_of_a_fresh_execution_add_up(execution: Execution) -> None:
    """Nobody is notified, and nobody has failed."""
    assert execution.counters == Counters(total=SIZE, not_yet=SIZE)
