"""Executions are reported."""

import csv
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from xml.etree import ElementTree as ET

import pytest

from switchboard.campaigns.dialling.state import Change, DiallingState, Line
from switchboard.campaigns.ports import PAGE
from switchboard.campaigns.report_csv import MARK, lines
from switchboard.campaigns.report_html import page
from switchboard.campaigns.report_rows import HEADINGS
from switchboard.campaigns.report_xlsx import workbook
from switchboard.campaigns.summary import MOST_NAMED, summarise
from switchboard.errors import Conflict, NotFound
from switchboard.kernel.campaign import (
    CallRecord,
    Counters,
    Execution,
    Phase,
    Subscriber,
    SubscriberRecord,
    SuccessCondition,
)
from switchboard.kernel.campaign_outcome import Reached, SubscriberOutcome, reached_by, reason_of, result_of
from switchboard.kernel.table_cells import FORMULA
from tests.support.builders import NOON
from tests.support.campaigns import a_profile, an_execution, people
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
    pieces = list(lines(replace(execution, timezone="Europe/Moscow"), world.report.outcomes(execution), ";"))
    headings, first, second, third, *_ = "".join(pieces).replace('"', "").split("\r\n")
    assert len(pieces) > 1
    assert headings == MARK + ";".join(HEADINGS)
    at = "2026-03-14T15:00:00.000+03:00"
    assert first == f"Person 0;'79000000000;true;;'79000000000;1;{at};;{at};busy;false;;busy;nobody"
    assert second == f"Person 0;'79000000000;true;;'79000000000;1;{at};{at};{at};answered;true;1;notified;picked_up"
    assert third == "Person 1;'79000000001;false;do_not_call;;;;;;;;;;"


@pytest.mark.parametrize(
    "name", ["=1+1", "+7", "-x", "@x", "\t=x", "Ivan,=1+1", " =1+1", "\r\n=1", "\uff1d1+1", 'a";=1+1;"', "'=1", "|x"]
)
def test_no_cell_is_a_formula(world: World, name: str) -> None:
    """A name may come from anybody, and a spreadsheet would work it out."""
    world = World()
    world.prepared([replace(people(1)[0], full_name=name)])
    id_ = world.start("acme", "t1")
    assert id_
    execution = world.report.execution("acme", id_)
    for delimiter in (";", ",", "\t"):
        text = "".join(lines(execution, world.report.outcomes(execution), delimiter))
        _, row = csv.reader(StringIO(text.removeprefix(MARK), newline=""), delimiter=delimiter)
        assert row[0] == f"'{name}" or (row[0] == name and not name.strip().startswith(FORMULA))
        assert not any(cell.lstrip().startswith(FORMULA[:-3]) for cell in row)
        assert all(cell[:1] == cell[-1:] == '"' for cell in text.removeprefix(MARK).splitlines()[0].split(delimiter))


def test_the_counters_of_a_fresh_execution_add_up(execution: Execution) -> None:
    """Nobody is notified, and nobody has failed."""
    assert execution.counters == Counters(total=SIZE, not_yet=SIZE)


ANSWERED = replace(ENDED, disposition="answered", answered_at=NOON)


@pytest.mark.parametrize(
    ("condition", "call", "result"),
    [
        ("PICKUP_AND_LISTEN_FULL", ANSWERED, "hung_up_early"),
        ("PICKUP_AND_LISTEN_SOME", ANSWERED, "hung_up_early"),
        ("PICKUP_AND_CONFIRM", ANSWERED, "no_code"),
        ("PICKUP_AND_CONFIRM", replace(ANSWERED, digits="9"), "wrong_code"),
        ("PICKUP_AND_CONFIRM", replace(ANSWERED, digits="1", success=True), "notified"),
        ("PICKUP_PHONE", replace(ANSWERED, disposition="machine"), "machine"),
        ("PICKUP_PHONE", ENDED, "busy"),
        ("PICKUP_PHONE", replace(ENDED, disposition=""), ""),
    ],
)
def test_what_a_call_came_to_is_said_plainly(condition: str, call: CallRecord, result: str) -> None:
    """Also as the reason of a subscriber who answered and was not notified."""
    settings = a_profile(condition=SuccessCondition(condition))
    assert result_of(settings, call) == result
    if call.disposition == "answered" and not call.success:
        assert reason_of(settings, SubscriberRecord(0, reason="answered", calls=(call, ENDED))) == result


@pytest.mark.parametrize(
    ("condition", "call", "reached"),
    [
        ("PICKUP_PHONE", ENDED, Reached.NOBODY),
        ("PICKUP_PHONE", replace(ANSWERED, success=True), Reached.PICKED_UP),
        ("PICKUP_PHONE", replace(ANSWERED, success=True, heard=True), Reached.HEARD),
        ("PICKUP_PHONE", replace(ENDED, disposition="", answered_at=NOON), Reached.PICKED_UP),
        ("PICKUP_AND_LISTEN_SOME", replace(ANSWERED, success=True), Reached.HEARD),
        ("PICKUP_AND_LISTEN_FULL", ANSWERED, Reached.PICKED_UP),
        ("PICKUP_AND_LISTEN_FULL", replace(ANSWERED, success=True, heard=True), Reached.HEARD),
        ("PICKUP_AND_CONFIRM", replace(ANSWERED, heard=True, digits="9"), Reached.HEARD),
        ("PICKUP_AND_CONFIRM", ANSWERED, Reached.PICKED_UP),
        ("PICKUP_AND_CONFIRM", replace(ANSWERED, success=True, digits="1"), Reached.CONFIRMED),
    ],
)
def test_a_report_tells_how_far_the_message_got(condition: str, call: CallRecord, reached: Reached) -> None:
    """A key tells a person from a machine. The summary counts a person by the furthest call."""
    execution = an_execution(settings=a_profile(condition=SuccessCondition(condition)))
    assert reached_by(execution.settings, call) is reached
    assert summarise(execution, [named("Иван", ENDED, call, ENDED)]).by_reach == {reached: 1}


def named(name: str, *calls: CallRecord, reason: str = "") -> SubscriberOutcome:
    who = Subscriber(name, ("79000000000", "776429"))
    return SubscriberOutcome(who, SubscriberRecord(0, reason=reason, calls=calls))


def sheet(data: bytes) -> list[list[str]]:
    """The cells of an Excel file; all of them are text."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            ET.fromstring(package.read(name))  # noqa: S314 - our own
        root = ET.fromstring(package.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    assert not root.findall(f".//{space}f")
    return [["".join(cell.itertext()) for cell in row] for row in root.iter(f"{space}row")]


def test_an_excel_file_has_the_same_cells_as_text() -> None:
    """Whatever characters a name has, the file can be opened."""
    names = ["=1+1", "<Иван> & 'Ко'", "a\x00b\x0bc\ud800", "  two  ", "x" * 40_000]
    outcomes = [named(name, replace(ENDED, success=True)) for name in names]
    headings, *rows = sheet(b"".join(workbook(an_execution(), outcomes)))
    assert headings == list(HEADINGS)
    assert [row[0] for row in rows] == [names[0], names[1], "a\ufffdb\ufffdc\ufffd", names[3], "x" * 32_767]
    assert {row[1] for row in rows} == {"79000000000; 776429"}


def test_a_large_excel_file_comes_in_pieces() -> None:
    """Only some rows are in memory."""
    pieces = list(workbook(an_execution(), (named(f"Person {place * 7919}", ENDED) for place in range(20_000))))
    assert len(pieces) > 2
    assert len(sheet(b"".join(pieces))) == 20_001


def test_a_summary_counts_by_wave_hour_and_result() -> None:
    """And names who was not reached, up to a bound."""
    late = replace(ENDED, wave=2, started_at=NOON + timedelta(hours=2), disposition="no_answer")
    outcomes = [
        SubscriberOutcome(people(1)[0], SubscriberRecord(0, notified=True, calls=(replace(ANSWERED, success=True),))),
        *(named("Иван", ENDED, late, reason="no_answer") for _ in range(MOST_NAMED + 3)),
    ]
    found = summarise(an_execution(timezone="Europe/Moscow"), outcomes)
    assert {wave: (count.calls, count.notified) for wave, count in found.by_wave.items()} == {
        1: (MOST_NAMED + 4, 1),
        2: (MOST_NAMED + 3, 0),
    }
    assert list(found.by_hour) == ["2026-03-14 15:00", "2026-03-14 17:00"]
    assert found.by_result == {"notified": 1, "busy": MOST_NAMED + 3, "no_answer": MOST_NAMED + 3}
    assert found.by_reach == {Reached.PICKED_UP: 1, Reached.NOBODY: MOST_NAMED + 3}
    assert (len(found.not_reached), found.unnamed) == (MOST_NAMED, 3)


@pytest.mark.parametrize(("language", "words"), [("en", "no answer"), ("ru", "не ответил")])
def test_a_page_can_be_printed_and_runs_nothing(language: str, words: str) -> None:
    """Every text is escaped, nothing is fetched, and there is a style for paper."""
    evil = "<script>alert(1)</script><img src=x onerror=y>\" '"
    execution = an_execution(name=evil, phase=Phase.FINISHED, finished_at=NOON)
    outcomes = [named(evil, ENDED, reason="no_answer"), named("", reason="<b>odd</b>")]
    text = page(execution, summarise(execution, outcomes), language)
    assert "<script" not in text
    assert "<img" not in text
    assert "<b>" not in text
    assert text.count("&lt;script&gt;") == 3
    assert words in text
    assert "@media print" in text
    assert not re.search(r"https?:|src=\"|href=|url\(|@import", text)
