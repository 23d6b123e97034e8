"""The record of a subscriber with the most calls fits into a row, and a turn's change into a transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from switchboard.aws.codec import dump
from switchboard.aws.dialling_rows import LONGEST_FOLDED, MOST_FOLDED, is_folded, pack
from switchboard.aws.dialling_table import DiallingTable
from switchboard.campaigns.dialling.board import Board
from switchboard.campaigns.dialling.bounds import MOST_CALLS, MOST_STEPS, bounded
from switchboard.campaigns.dialling.people import People
from switchboard.campaigns.dialling.state import MOST_ACTIVE, Dialler, DiallingState, Line, claim_step
from switchboard.kernel.campaign import CallRecord, CallStep, Limits, SubscriberRecord
from tests.fakes.dialling_store import MemoryAudiences, MemoryDialling
from tests.support.builders import NOON
from tests.support.campaigns import an_execution

ROW, TRANSACTION = 400_000, 4_000_000  # bytes: DynamoDB's
STEP = CallStep(NOON, "AUDIO_DATA_FINISHED", "PLAYED", "campaigns/acme/a1.wav")


def calls(count: int, steps: int) -> list[CallRecord]:
    ids = [f"02cd00d1-0f12-494f-91ab-da1691e555ca.99999.{index}.1" for index in range(count)]
    return [CallRecord(id_, "+79001234567", 1, NOON, NOON, NOON, NOON, steps=(STEP,) * steps) for id_ in ids]


def test_the_record_of_as_many_calls_as_there_may_be_fits_into_a_row() -> None:
    """Also where a message of fifty files was played in each of them."""
    record = SubscriberRecord(7, calls=bounded(calls(MOST_CALLS, 60)))
    assert len(record.calls) == MOST_CALLS
    assert len(dump(record)) < ROW


def test_the_latest_calls_keep_their_steps() -> None:
    """What the earliest lose is their steps alone."""
    kept = bounded(calls(3, MOST_STEPS // 2))
    assert [len(call.steps) for call in kept] == [0, MOST_STEPS // 2, MOST_STEPS // 2]


def test_a_turn_has_no_room_for_more_than_a_transaction_takes() -> None:
    """However few rows they are."""
    execution, store = an_execution(), MemoryDialling()
    board = Board(DiallingState(Dialler("acme")), People(MemoryAudiences(), store), NOON)
    index = 0
    while board.has_room:
        board.put_record(execution, SubscriberRecord(index, calls=bounded(calls(MOST_CALLS, 60))))
        index += 1
    assert 1 < index < 20
    assert sum(len(dump(record)) for record in board.records.values()) < TRANSACTION


def a_long_line(channel: int, chance: Random) -> Line:
    """A call with as many steps as a line in the dialler's row may have."""
    claimed = NOON + timedelta(microseconds=chance.randrange(10**8))
    who = {"execution": f"{chance.getrandbits(128):032x}", "subscriber": chance.randrange(10**6)}
    line = Line(channel, f"{chance.getrandbits(128):032x}", place=3, number="79001234567", wave=2, claimed_at=claimed,
                deadline=claimed, steps=(claim_step(claimed),), **who)  # type: ignore[arg-type]  # fmt: skip
    while len(dump(line)) < LONGEST_FOLDED - 200:
        data = f"{chance.getrandbits(400):0100x}"
        line = replace(line, steps=(*line.steps, CallStep(claimed, "AUDIO_DATA_FINISHED", "PLAYED", data)))
    return line


def test_the_row_of_the_largest_trunk_whose_lines_stand_in_it_fits() -> None:
    """With as many campaigns as may run at once, each of which has hundreds whose next number is to be dialled."""
    chance = Random(1)  # noqa: S311 - chance, not secrecy
    lines = [a_long_line(channel, chance) for channel in range(MOST_FOLDED)]
    ready = tuple((chance.randrange(10**6), 1) for _ in range(400))
    executions = {f"x{n}": replace(an_execution(f"x{n}"), ready=ready, reason="no" * 200) for n in range(MOST_ACTIVE)}
    dialler = Dialler("acme", limits=Limits(MOST_FOLDED, 100), begun=(NOON,) * 100)
    state = DiallingState(dialler, executions, {line.channel: line for line in lines})
    assert all(is_folded(state, line) for line in lines)
    assert len(pack(state, lines)) < ROW
    assert not is_folded(state, replace(lines[0], number="7" * LONGEST_FOLDED))


def test_a_turn_of_the_largest_trunk_is_one_transaction() -> None:
    """At most a hundred rows, with lines of their own and records, whatever the board finds room for."""
    asked: list[int] = []

    class Client:
        def transact_write_items(self, TransactItems: list[object]) -> None:  # noqa: N803 - boto3's spelling
            asked.append(len(TransactItems))

        put_item = transact_write_items

    execution, store = an_execution(), DiallingTable(Client(), "dialling", "restrictions")  # type: ignore[arg-type]
    state = DiallingState(Dialler("acme", limits=Limits(1000, 50)), {"x1": execution})
    board = Board(state, People(MemoryAudiences(), MemoryDialling()), NOON)
    channel = 0
    while board.has_room:
        board.put_line(a_long_line(channel, Random(channel)))  # noqa: S311 - chance, not secrecy
        board.put_record(execution, SubscriberRecord(channel))
        channel += 1
    change = board.change()
    assert change
    assert store.commit(0, change)
    assert asked == [change.size]
    assert 80 < change.size <= 100
