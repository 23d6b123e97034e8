"""The state of an account's dialling: dialler, executions and lines; and the change of one turn."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from switchboard.kernel.campaign import CallRecord, CallStep, Execution, Limits, SubscriberRecord

MOST_ACTIVE = 50  # executions of an account at once: one row holds the changing fields of all


class NewsKind(StrEnum):
    """The kinds of news for followers of dialling."""

    STARTED = "started"
    WAVE = "wave"
    PAUSED = "paused"  # by the hub itself
    NOTIFIED = "notified"
    FAILED = "failed"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class DiallingNews:
    """One item of news for followers. `subscriber` is -1 in news about the whole execution."""

    what: NewsKind
    execution: str
    at: datetime
    subscriber: int = -1
    wave: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A channel with its call. `number` is the subscriber's number at position `place`.

    `telephone` is the key that all spellings of the number share. `counted` is the day for whose cap the call counts,
    empty without a cap.

    `earlier` means that the execution called the subscriber before. The call counts as lost at `deadline`. The claim
    is the first of the `steps`. `notified` means: the answer has notified the subscriber, though the call lasts.
    """

    channel: int
    call: str
    execution: str
    subscriber: int
    place: int
    number: str
    wave: int
    claimed_at: datetime
    deadline: datetime
    earlier: bool = False
    delayed: bool = False
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    steps: tuple[CallStep, ...] = ()
    notified: bool = False
    telephone: str = ""
    counted: str = ""


@dataclass(frozen=True, slots=True)
class Dialler:
    """An account's dialling apart from the lines. `version` is the optimistic lock of every change.

    `begun` are the start times of calls placed within the last second. `unplaced` are channels with claimed calls
    whose order has no known result. `back_off` counts temporary refusals in a row. `held` counts the next claims that
    the rate delayed. `wake_at` is the time of the planned wake-up. `news` may not have reached the followers yet.
    `turned_at` is the time of the conductor's last turn that changed something.
    """

    account: str
    version: int = 0
    limits: Limits | None = None
    begun: tuple[datetime, ...] = ()
    back_off: int = 0
    back_off_until: datetime | None = None
    held: int = 0
    unplaced: tuple[int, ...] = ()
    wake_at: datetime | None = None
    news: tuple[DiallingNews, ...] = ()
    turned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DiallingState:
    """All of an account's dialling: the active executions by id, and the lines by channel."""

    dialler: Dialler
    executions: Mapping[str, Execution] = field(default_factory=dict)
    lines: Mapping[int, Line] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DailyCount:
    """A call within the count of its telephone's calls on a day of the account's zone.

    The call counts only while fewer than `cap` other calls count; a call that counts already may always count again.
    """

    day: str
    telephone: str
    call: str
    cap: int = 0


class CapReached(Exception):
    """The telephones have had the calls of their day: nothing was written."""

    def __init__(self, telephones: Collection[str]) -> None:
        super().__init__("The daily cap of a telephone is reached.")
        self.telephones = frozenset(telephones)


@dataclass(frozen=True, slots=True)
class Change:
    """The content of one transaction: the new state, and the rows that differ.

    `lines` are changed or claimed, `freed` are channels without a call now. `begun` are new executions, `over` are
    executions that are no longer active. `counted` are the claimed calls that the daily cap bounds, `uncounted` are
    calls that were not placed.
    """

    after: DiallingState
    lines: Sequence[Line] = ()
    freed: Sequence[int] = ()
    records: Mapping[tuple[str, int], SubscriberRecord] = field(default_factory=dict)
    begun: Sequence[Execution] = ()
    over: Sequence[Execution] = ()
    counted: Sequence[DailyCount] = ()
    uncounted: Sequence[DailyCount] = ()

    @property
    def size(self) -> int:
        """The number of rows that the transaction writes."""
        rows = (self.lines, self.freed, self.records, self.begun, self.over, self.counted, self.uncounted)
        return 1 + sum(map(len, rows))


def claim_step(at: datetime) -> CallStep:
    """The first step of every call: the claim."""
    return CallStep(at, "CallStarted", "STARTED")


def call_of(line: Line) -> CallRecord:
    """The record of a line's call in progress, for the report."""
    return CallRecord(
        id=line.call,
        number=line.number,
        wave=line.wave,
        started_at=line.claimed_at,
        rang_at=line.rang_at,
        answered_at=line.answered_at,
        success=line.notified,
        delayed=line.delayed,
        steps=line.steps,
    )


def call_id(execution: str, subscriber: int, wave: int, place: int) -> str:
    """The id of a call, and of the command that places the call: the idempotency key of the order."""
    return f"{execution}.{subscriber}.{wave}.{place}"


def attempt_of(call: str) -> tuple[str, int] | None:
    """Return execution and subscriber from a call's id; None for an id that no campaign made."""
    execution, *rest = call.rsplit(".", 3)
    if not execution or len(rest) != len(("subscriber", "wave", "place")) or not all(map(str.isdecimal, rest)):
        return None
    return execution, int(rest[0])
