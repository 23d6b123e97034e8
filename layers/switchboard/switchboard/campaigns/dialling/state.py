"""What an account's dialling consists of: the dialler, its lines, and one turn's changes to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from switchboard.kernel.campaign import CallRecord, Execution, Limits, Step, SubscriberRecord

MOST_ACTIVE = 50  # executions of an account at once: their moving parts are in one row


class What(StrEnum):
    """What followers are told of."""

    STARTED = "started"
    WAVE = "wave"
    PAUSED = "paused"  # by the hub itself
    NOTIFIED = "notified"
    FAILED = "failed"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class News:
    """Something that followers are to be told; `subscriber` is -1 where it is about the whole execution."""

    what: What
    execution: str
    at: datetime
    subscriber: int = -1
    wave: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What a channel does: one call. `number` is the subscriber's number at `place`.

    `earlier` says that the subscriber was called before. The call counts as lost at `deadline`. `steps` begin with the
    claim.
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
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialler:
    """An account's dialling but for its lines. `version` counts the changes; every change is conditional on it.

    `begun` are the calls placed within the last second. `unplaced` are the channels whose calls were claimed, and of
    which it is not known whether they were placed. `back_off` counts the refusals in a row that pass by themselves.
    `held` counts the next claims that had to wait for the rate. `news` is what followers may not have been told.
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
    news: tuple[News, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """All of an account's dialling: the executions that are not over, and the lines with a call by their channel."""

    dialler: Dialler
    executions: Mapping[str, Execution] = field(default_factory=dict)
    lines: Mapping[int, Line] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What one transaction writes: the new state, of which these lines changed, ended or began, and records.

    `begun` are new executions, `over` those that are no longer among the active.
    """

    after: State
    lines: Sequence[Line] = ()
    freed: Sequence[int] = ()
    records: Mapping[tuple[str, int], SubscriberRecord] = field(default_factory=dict)
    begun: Sequence[Execution] = ()
    over: Sequence[Execution] = ()

    @property
    def size(self) -> int:
        """Rows written."""
        return 1 + len(self.lines) + len(self.freed) + len(self.records) + len(self.begun) + len(self.over)


def claim_step(at: datetime) -> Step:
    """The first step of every call: it was claimed, and is to be placed."""
    return Step(at, "CallStarted", "STARTED")


def call_of(line: Line) -> CallRecord:
    """The call of a line, as it is reported while it lasts."""
    return CallRecord(
        id=line.call,
        number=line.number,
        wave=line.wave,
        started_at=line.claimed_at,
        rang_at=line.rang_at,
        answered_at=line.answered_at,
        delayed=line.delayed,
        steps=line.steps,
    )


def call_id(execution: str, subscriber: int, wave: int, place: int) -> str:
    """The id of an attempt, and of the command that places its call: the same whoever works it out."""
    return f"{execution}.{subscriber}.{wave}.{place}"


def attempt_of(call: str) -> tuple[str, int] | None:
    """Execution and subscriber of a call's id; None for an id that is not of a campaign."""
    execution, *rest = call.rsplit(".", 3)
    if not execution or len(rest) != len(("subscriber", "wave", "place")) or not all(map(str.isdecimal, rest)):
        return None
    return execution, int(rest[0])
