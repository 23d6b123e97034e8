"""Bounds: a subscriber's record fits into one DynamoDB row (400 KB), a turn's change into one transaction (4 MB).

A call takes about 300 bytes, each step of a call about 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from switchboard.kernel.campaign import CallRecord, SubscriberRecord

MOST_CALLS = 500  # to one subscriber, on all numbers in all waves
MOST_STEPS = 1000  # kept for one subscriber: the steps of the latest calls
MOST_WEIGHT = 20_000  # of the records of one turn
WEIGHT_OF_CALL = 3  # in steps
MOST_CPS = 50  # calls that one conductor begins in a second; `python -m bench campaigns` measures the possible rate
LONGEST_WORD = 200  # characters of a telephony's reason


def bounded(calls: Sequence[CallRecord]) -> tuple[CallRecord, ...]:
    """Return a subscriber's calls; beyond MOST_STEPS the earliest calls lose their steps."""
    left, kept = MOST_STEPS, list[CallRecord]()
    for call in reversed(calls):
        left -= len(call.steps)
        kept.append(call if left >= 0 else replace(call, steps=()))
    return tuple(reversed(kept))


def weight_of(record: SubscriberRecord) -> int:
    """The size that a record adds to a transaction, in steps."""
    return sum(WEIGHT_OF_CALL + len(call.steps) for call in record.calls)
