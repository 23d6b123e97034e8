"""Port DiallingStore: an account's dialling changes by transactions, each upon the version it was thought out on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

import pytest

from switchboard.aws.codec import dump
from switchboard.aws.dialling_rows import live_of
from switchboard.aws.dialling_table import DiallingTable
from switchboard.aws.table import to_item
from switchboard.campaigns.dialling.ports import DiallingStore
from switchboard.campaigns.dialling.state import (
    CapReached,
    Change,
    DailyCount,
    Dialler,
    DiallingNews,
    DiallingState,
    Line,
    NewsKind,
    claim_step,
)
from switchboard.errors import TryAgain
from switchboard.kernel.campaign import (
    CallRecord,
    CallStep,
    Counters,
    EmailText,
    Execution,
    Limits,
    Phase,
    SubscriberRecord,
    Window,
)
from tests.fakes.dialling_store import MemoryDialling
from tests.support.builders import NOON
from tests.support.campaigns import a_profile, an_execution

ANSWERED = NOON + timedelta(seconds=7, microseconds=250)
STEP = CallStep(NOON, "CallStarted", "STARTED", "102")


@pytest.fixture
def store(kind: str, request: pytest.FixtureRequest) -> DiallingStore:
    if kind == "memory":
        return MemoryDialling()
    stack: Any = request.getfixturevalue("stack")
    return table_of(stack)


def a_line(channel: int = 0, **fields: Any) -> Line:
    defaults: dict[str, Any] = {
        "call": f"x1.{channel}.1.0",
        "execution": "x1",
        "subscriber": channel,
        "place": 0,
        "number": "79001234567",
        "wave": 1,
        "claimed_at": NOON,
        "deadline": NOON + timedelta(seconds=135),
        "steps": (STEP,),
    }
    return Line(channel=channel, **{**defaults, **fields})


def a_record(index: int, **fields: Any) -> SubscriberRecord:
    call = CallRecord("x1.0.1.0", "79001234567", 1, NOON, answered_at=ANSWERED, success=True, steps=(STEP,))
    return SubscriberRecord(index, **{"notified": True, "final": True, "calls": (call,), **fields})


def a_state(*executions: Execution, lines: tuple[Line, ...] = (), **fields: Any) -> DiallingState:
    dialler = Dialler(account="acme", **{"version": 1, "limits": Limits(channels=4, cps=2), **fields})
    return DiallingState(dialler, {one.id: one for one in executions}, {line.channel: line for line in lines})


def begin(store: DiallingStore, *executions: Execution) -> DiallingState:
    state = a_state(*executions)
    assert store.commit(0, Change(state, begun=executions))
    return state


def following(state: DiallingState, **fields: Any) -> DiallingState:
    return replace(state, dialler=replace(state.dialler, version=state.dialler.version + 1), **fields)


def test_an_account_that_never_dialled_has_an_empty_state(store: DiallingStore) -> None:
    """Of version 0."""
    assert store.load("acme") == DiallingState(Dialler("acme"))
    assert store.load("x" * 3000).executions == {}


def test_a_state_comes_back_as_it_was_written(store: DiallingStore) -> None:
    """Every field of dialler, executions and lines."""
    profile = a_profile(
        window=Window(datetime(2026, 1, 1, 8, 30, tzinfo=UTC).time(), datetime(2026, 1, 1, 18, tzinfo=UTC).time()),
        attempts_by_disposition={"busy": 2},
        email=EmailText("Flood", "Leave the house."),
    )
    execution = an_execution(settings=profile)
    begin(store, execution)
    moved = replace(
        execution,
        phase=Phase.PAUSED,
        wave=2,
        wave_at=NOON + timedelta(seconds=61),
        cursor=7,
        ready=((3, 1), (4, 2)),
        counters=Counters(9, 1, 2, 6, 20, 2, 17, 1, 1, 5),
        retriable=4,
        refusals=3,
        reason="no",
        part=8,
    )
    state = a_state(
        moved,
        lines=(a_line(0, answered_at=ANSWERED, rang_at=NOON, delayed=True, earlier=True), a_line(11)),
        version=2,
        begun=(ANSWERED,),
        back_off=3,
        back_off_until=ANSWERED,
        held=2,
        unplaced=(11,),
        wake_at=ANSWERED,
        news=(DiallingNews(NewsKind.NOTIFIED, "x1", ANSWERED, 4, 2),),
    )
    assert store.commit(1, Change(state, lines=list(state.lines.values())))
    assert store.load("acme") == state


def test_of_two_changes_upon_the_same_version_one_is_written(store: DiallingStore) -> None:
    """Of the other nothing is."""
    state = begin(store, an_execution())
    first = following(state, lines={0: a_line(0)})
    assert store.commit(1, Change(first, lines=[a_line(0)]))
    second = following(state, lines={1: a_line(1)})
    assert not store.commit(1, Change(second, lines=[a_line(1)], records={("x1", 0): a_record(0)}))
    assert store.load("acme") == first
    assert store.records("x1", "acme", [0]) == {}


def test_the_first_change_of_an_account_is_one_too(store: DiallingStore) -> None:
    """Two who begin at once do not both."""
    begin(store, an_execution())
    other = an_execution("x2")
    assert not store.commit(0, Change(a_state(other), begun=[other]))
    assert store.snapshot("acme", "x2") is None


def test_a_line_that_is_freed_is_gone(store: DiallingStore) -> None:
    """And the others stay."""
    state = begin(store, an_execution())
    busy = following(state, lines={0: a_line(0), 1: a_line(1)})
    assert store.commit(1, Change(busy, lines=[a_line(0), a_line(1)]))
    freed = following(busy, lines={1: a_line(1)})
    assert store.commit(2, Change(freed, freed=[0]))
    assert store.load("acme") == freed


def test_records_are_read_by_their_places_and_by_ranges(store: DiallingStore) -> None:
    """In another account, and of another execution, there are others."""
    state = begin(store, an_execution())
    records = {("x1", index): a_record(index) for index in (0, 3, 99, 100)}
    assert store.commit(1, Change(following(state), records=records))
    assert set(store.records("x1", "acme", range(150))) == {0, 3, 99, 100}
    assert store.records("x1", "acme", [3]) == {3: a_record(3)}
    assert set(store.records_between("x1", "acme", 3, 97)) == {3, 99}
    assert store.records_between("x1", "other", 0, 200) == {}
    assert store.records_between("x2", "acme", 0, 200) == {}
    assert store.records_between("x1", "acme", 0, 0) == {}


def test_an_execution_that_ended_is_found_as_it_ended(store: DiallingStore) -> None:
    """And is active no more."""
    execution = an_execution()
    state = begin(store, execution)
    ended = replace(execution, phase=Phase.FINISHED, finished_at=ANSWERED)
    assert store.commit(1, Change(following(state, executions={}), over=[ended]))
    assert store.snapshot("acme", "x1") == ended
    assert store.snapshot("other", "x1") is None
    assert store.load("acme").executions == {}


def test_executions_are_listed_newest_first(store: DiallingStore) -> None:
    """A page at a time, those of the account alone."""
    three = [an_execution(f"x{n}", started_at=NOON + timedelta(minutes=n)) for n in range(3)]
    begin(store, *three)
    page, cursor = store.listed("acme", 2, None)
    rest, _ = store.listed("acme", 2, cursor)
    assert [one.id for one in (*page, *rest)] == ["x2", "x1", "x0"]
    assert store.listed("other", 2, None)[0] == []


def test_an_execution_whose_workflow_is_late_is_found(store: DiallingStore) -> None:
    """From its beginning on, until it is over."""
    execution = an_execution()
    state = begin(store, execution)
    late = NOON + timedelta(seconds=1)
    assert [one.id for one in store.overdue(late)] == ["x1"]
    store.watch("acme", "x1", NOON + timedelta(minutes=5))
    assert store.overdue(late) == []
    ended = replace(execution, phase=Phase.FINISHED, finished_at=ANSWERED)
    assert store.commit(1, Change(following(state, executions={}), over=[ended]))
    store.watch("acme", "x1", NOON)
    assert store.overdue(NOON + timedelta(days=1)) == []


DAY, TELEPHONE = "2026-03-14", "79001234567"


def test_a_call_above_the_cap_of_its_telephone_is_not_claimed(store: DiallingStore) -> None:
    """The claim and the count are one transaction: both are written or neither. A call that counts counts again."""
    state = a_state(an_execution(), limits=SMALL)
    assert store.commit(0, Change(state, begun=list(state.executions.values())))
    first, second = (DailyCount(DAY, TELEPHONE, f"x1.{number}.1.0", 1) for number in (0, 1))
    busy = following(state, lines={0: a_line(0, telephone=TELEPHONE, counted=DAY)})
    assert store.commit(1, Change(busy, lines=[busy.lines[0]], counted=[first]))
    more = following(busy, lines={**busy.lines, 1: a_line(1)})
    with pytest.raises(CapReached) as reached:
        store.commit(2, Change(more, lines=[more.lines[1]], counted=[second]))
    assert reached.value.telephones == {TELEPHONE}
    assert store.load("acme") == busy
    freed = following(busy, lines={})
    assert not store.commit(1, Change(freed, freed=[0], uncounted=[first]))
    assert store.commit(2, Change(freed, freed=[0], uncounted=[first]))
    again = following(freed, lines={1: a_line(1)})
    assert store.commit(3, Change(again, lines=[again.lines[1]], counted=[second]))
    assert store.commit(4, Change(following(again), counted=[second]))


LARGE, SMALL = Limits(channels=1000, cps=50), Limits(channels=100, cps=50)
LINE_KEYS = [{"pk": {"S": "dialler#acme"}, "sk": {"S": f"line#{channel:05d}"}} for channel in range(3)]


def table_of(stack: Any) -> DiallingTable:
    return DiallingTable(stack.dynamodb, stack.table("DiallingTable"), stack.table("RestrictionsTable"))


def line_rows(stack: Any) -> list[int]:
    """Channels whose lines have rows of their own."""
    table = stack.table("DiallingTable")
    found = [stack.dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True) for key in LINE_KEYS]
    return [channel for channel, answer in enumerate(found) if "Item" in answer]


def dialling_with(store: DiallingStore, limits: Limits) -> DiallingState:
    """A trunk with three calls, of which one has lasted for some steps."""
    state = a_state(an_execution(), limits=limits)
    assert store.commit(0, Change(state, begun=list(state.executions.values())))
    answered = a_line(1, answered_at=ANSWERED, steps=(STEP, CallStep(ANSWERED, "Talking", "TALKING")), earlier=True)
    counted = {"telephone": "79001234567", "counted": "2026-03-14"}
    unusual = a_line(2, call="cmd_77", deadline=NOON, steps=(), number="89001234567", **counted)
    lines = {line.channel: line for line in (a_line(0, steps=(claim_step(NOON),)), answered, unusual)}
    busy = following(state, lines=lines)
    assert store.commit(1, Change(busy, lines=list(lines.values())))
    return busy


@pytest.mark.parametrize("limits", [SMALL, LARGE])
def test_lines_come_back_as_they_were_written_whatever_the_trunk(store: DiallingStore, limits: Limits) -> None:
    """They change, and are freed, in whichever rows they stand."""
    busy = dialling_with(store, limits)
    assert store.load("acme") == busy
    freed = following(busy, lines={0: busy.lines[0], 1: a_line(1)})
    assert store.commit(2, Change(freed, lines=[a_line(1)], freed=[2]))
    assert store.load("acme") == freed


def test_the_lines_of_a_large_trunk_have_rows_of_their_own(stack: Any) -> None:
    """Those of any other stand in the dialler's row."""
    table = table_of(stack)
    small = dialling_with(table, SMALL)
    assert line_rows(stack) == []
    large = following(small, lines={**small.lines, 0: a_line(0, place=1)})
    large = replace(large, dialler=replace(large.dialler, limits=LARGE))
    assert table.commit(2, Change(large, lines=[large.lines[0]]))
    assert (line_rows(stack), table_of(stack).load("acme")) == ([0], large)
    again = replace(following(large), dialler=replace(following(large).dialler, limits=SMALL))
    assert table_of(stack).commit(3, Change(again, lines=[again.lines[0]]))
    assert (line_rows(stack), table_of(stack).load("acme")) == ([], again)


def test_rows_of_the_former_layout_are_read_and_move_when_they_change(stack: Any) -> None:
    """A stack is updated while calls last."""
    execution, table = an_execution(), table_of(stack)
    busy = dialling_with(table, SMALL)
    texts = [dump(line) for line in busy.lines.values()]
    state = {
        "version": 2,
        "data": dump(busy.dialler),
        "executions": dump([live_of(execution)]),
        "digest": crc32("\n".join(texts).encode()),
    }
    rows = [{"pk": "dialler#acme", "sk": "state", **state}]
    rows += [{"pk": "dialler#acme", "sk": f"line#{n:05d}", "data": text} for n, text in enumerate(texts)]
    for row in rows:
        stack.dynamodb.put_item(TableName=stack.table("DiallingTable"), Item=to_item(row))
    assert table_of(stack).load("acme") == busy
    changed = following(busy, lines={0: a_line(0, place=1), 1: busy.lines[1]})
    assert table_of(stack).commit(2, Change(changed, lines=[changed.lines[0]], freed=[2]))
    assert (line_rows(stack), table_of(stack).load("acme")) == ([1], changed)


def test_a_long_record_comes_back_as_it_was_written(store: DiallingStore) -> None:
    """Its row is packed, and a short one's is not."""
    state = begin(store, an_execution())
    call = a_record(0).calls[0]
    long = a_record(1, calls=tuple(replace(call, id=f"x1.1.{wave}.0", wave=wave) for wave in range(40)))
    assert store.commit(1, Change(following(state), records={("x1", 0): a_record(0), ("x1", 1): long}))
    assert store.records("x1", "acme", [0, 1]) == {0: a_record(0), 1: long}
    assert store.records_between("x1", "acme", 0, 5) == {0: a_record(0), 1: long}


def test_a_store_that_never_read_the_account_commits_to_it(stack: Any) -> None:
    """And one that read an older version does not."""
    first, second = table_of(stack), table_of(stack)
    state = begin(first, an_execution())
    assert second.load("acme") == state
    busy = following(state, lines={0: a_line(0)})
    assert first.commit(1, Change(busy, lines=[a_line(0)]))
    assert not second.commit(1, Change(busy, lines=[a_line(0)]))
    assert not table_of(stack).commit(1, Change(busy, lines=[a_line(0)]))
    assert table_of(stack).commit(2, Change(following(busy), lines=[a_line(0)]))


def test_a_write_whose_answer_was_lost_is_known_again(stack: Any) -> None:
    """The client repeats it by itself, and the repeat finds the version that the first has written."""
    store = table_of(stack)
    state = begin(store, an_execution())
    real = stack.dynamodb.put_item
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stack.dynamodb, "put_item", lambda **asked: (real(**asked), real(**asked)))
        assert store.commit(1, Change(following(state, lines={0: a_line(0)}), lines=[a_line(0)]))
    assert not table_of(stack).commit(1, Change(following(state)))


def test_a_transaction_that_is_seen_by_halves_is_read_again(stack: Any) -> None:
    """A state is never put together from one version's dialler and another's lines."""
    store = table_of(stack)
    dialling_with(store, LARGE)
    stack.dynamodb.delete_item(TableName=stack.table("DiallingTable"), Key=LINE_KEYS[0])
    with pytest.raises(TryAgain):
        store.load("acme")


def test_an_execution_ends_with_time_once_it_is_over_and_not_before(stack: Any) -> None:
    """Without its row the account's dialling could not be read any more."""
    table, execution = table_of(stack), an_execution()
    running = DiallingState(Dialler("acme", version=1), {"x1": execution})
    assert table.commit(0, Change(running, begun=[execution]))
    assert "expires_at" not in row_of(stack)
    over = replace(execution, phase=Phase.FINISHED, finished_at=NOON)
    assert table.commit(1, Change(DiallingState(Dialler("acme", version=2)), over=[over]))
    assert int(row_of(stack)["expires_at"]["N"]) > NOON.timestamp()


def row_of(stack: Any) -> dict[str, Any]:
    key = {"pk": {"S": "execution#acme#x1"}, "sk": {"S": "state"}}
    found: dict[str, Any] = stack.dynamodb.get_item(TableName=stack.table("DiallingTable"), Key=key)["Item"]
    return found
