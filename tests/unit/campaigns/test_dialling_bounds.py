"""What is kept of somebody who is called ever again fits into a row, and a turn into a transaction."""

from __future__ import annotations

from switchboard.aws.codec import dump
from switchboard.campaigns.dialling.board import Board
from switchboard.campaigns.dialling.bounds import MOST_CALLS, MOST_STEPS, bounded
from switchboard.campaigns.dialling.people import People
from switchboard.campaigns.dialling.state import Dialler, State
from switchboard.campaigns.model import CallRecord, Step, SubscriberRecord
from tests.fakes.dialling import MemoryAudiences, MemoryDialling
from tests.support.builders import NOON
from tests.support.campaigns import an_execution

ROW, TRANSACTION = 400_000, 4_000_000  # bytes: DynamoDB's
STEP = Step(NOON, "AUDIO_DATA_FINISHED", "PLAYED", "campaigns/acme/a1.wav")


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
    board = Board(State(Dialler("acme")), People(MemoryAudiences(), store), NOON)
    index = 0
    while board.has_room:
        board.keep(execution, SubscriberRecord(index, calls=bounded(calls(MOST_CALLS, 60))))
        index += 1
    assert 1 < index < 20
    assert sum(len(dump(record)) for record in board.records.values()) < TRANSACTION
