"""What is kept of a subscriber stays within a row (400 KB), and what a turn writes within a transaction (4 MB).

A call takes some 300 bytes, and each of its steps some 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from switchboard.kernel.campaign import CallRecord, SubscriberRecord

MOST_CALLS = 500  # to one subscriber, on all numbers in all waves
MOST_STEPS = 1000  # kept of one subscriber: those of the latest calls
MOST_WEIGHT = 20_000  # of the records of one turn
WEIGHT_OF_CALL = 3  # in steps
MOST_CPS = 50  # calls that one conductor begins in a second: `python -m bench campaigns` has what it could
LONGEST_WORD = 200  # characters of what a telephony says


def bounded(calls: Sequence[CallRecord]) -> tuple[CallRecord, ...]:
    """The calls of a subscriber; the earliest without their steps, where there are too many."""
    left, kept = MOST_STEPS, list[CallRecord]()
    for call in reversed(calls):
        left -= len(call.steps)
        kept.append(call if left >= 0 else replace(call, steps=()))
    return tuple(reversed(kept))


def weight_of(record: SubscriberRecord) -> int:
    """How much a record adds to a transaction, in steps."""
    return sum(WEIGHT_OF_CALL + len(call.steps) for call in record.calls)
