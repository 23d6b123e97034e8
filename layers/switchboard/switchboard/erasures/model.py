"""An erasure: what is to be deleted, how far the work is, and what was deleted.

The work is a series of sweeps. A sweep looks through every place once: tables, folders of buckets, dead letter queues.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from switchboard.kernel.numbers import NumberSearch


class ErasureState(StrEnum):
    """The state of an erasure."""

    RUNNING = "running"
    CLOSING = "closing"  # nothing is left of the account but its row
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Erasure:
    """The erasure of an account, or of the number `number` (E.164) in an account. Times are aware and in UTC.

    - `number`: dropped at the end; `shown` keeps its last two digits.
    - `sources`: the account's sources at the start, because rows of their activity name the source alone.
    - `part`, `next_at`: the newest part of the workflow, and the time of its next turn.
    - `sweep`, `swept_at`: the number of the sweep, from 1, and its start.
    - `place`, `cursor`: the index of the place that the sweep looks through, and the position within.
    - `found`: what the sweep has found so far. A sweep that finds nothing is the last.
    - `erased`: counts by kind; of a dry run what would be erased.
    - `account_since`: when the account was made. A newer account of the same id is another one.
    """

    id: str
    account: str
    asked_at: datetime
    number: str = ""
    shown: str = ""
    dry_run: bool = False
    state: ErasureState = ErasureState.RUNNING
    sources: tuple[str, ...] = ()
    part: int = 0
    next_at: datetime | None = None
    sweep: int = 1
    swept_at: datetime | None = None
    place: int = 0
    cursor: str = ""
    found: int = 0
    erased: Mapping[str, int] = field(default_factory=dict)
    left: int = 0
    finished_at: datetime | None = None
    version: int = 0
    account_since: datetime | None = None

    @property
    def of_number(self) -> bool:
        """Whether the erasure is of one number, and not of the whole account."""
        return bool(self.shown)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sweep looks for: everything of an account, or one number and the marks of what belongs to it.

    A mark names a call, a command or a communication that had the number, such as `call:<id>`.
    """

    account: str
    number: NumberSearch | None = None
    marks: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """One page of a place: counts by kind of what was found, new marks, and the cursor of the next page.

    `entries` are the place's own: what `erase` deletes or rewrites. An empty `cursor` means the end of the place.
    """

    counts: Mapping[str, int]
    cursor: str = ""
    marks: frozenset[str] = frozenset()
    entries: tuple[object, ...] = ()

    @property
    def found(self) -> int:
        """How much was found."""
        return sum(self.counts.values())
