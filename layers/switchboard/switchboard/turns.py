"""Durable work in turns: a state machine waits, calls a function for one turn, and repeats until the work is done.

One execution of a state machine is a part. A part ends after `TURNS_IN_A_PART` turns and starts the next part, because
the history of an execution is limited. A watch starts a newer part of work whose next turn is overdue. Only the newest
part counts: an older part ends at its next turn.

All state machines have the one definition `workflows/turns.asl.json`. The input of a turn is the state: the ids of the
work, `part`, `turn` and `wait`. The function returns the state of the next turn, with `done`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

# Step Functions Developer Guide, "Service quotas": the most events in the history of one execution.
MOST_EVENTS = 25_000
# A Wait and a Choice are entered and exited. A Task is also scheduled, started and ended.
EVENTS_OF_A_TURN = 2 + 2 + 5
# A failed attempt of a Task: scheduled, started, failed.
EVENTS_OF_A_FAILURE = 3
# The history has room for so many failed attempts a turn, on average; a turn may have seven before the long wait.
FAILURES_OF_A_TURN = 5
# Start and end of the execution, the long waits.
EVENTS_BESIDE = 1_000
TURNS_IN_A_PART = (MOST_EVENTS - EVENTS_BESIDE) // (EVENTS_OF_A_TURN + EVENTS_OF_A_FAILURE * FAILURES_OF_A_TURN)

Work = TypeVar("Work")

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TurnResult:
    """The result of a turn: the work is done, or takes another turn after `wait` seconds."""

    done: bool
    wait: float = 0.0


DONE = TurnResult(done=True)

HandOn = Callable[[int, float], None]
"""Starts a part of the same work, after so many seconds. Starting the same part twice starts one execution."""


def first_state(work: Mapping[str, object], part: int, wait: float) -> dict[str, object]:
    """Return the input of a part's execution. `work` holds the ids of the work; `wait` is in seconds."""
    return {**work, "part": part, "turn": 0, "wait": math.ceil(wait)}


def next_state(state: Mapping[str, Any], result: TurnResult, hand_on: HandOn) -> dict[str, Any]:
    """Return the state after a turn. After the last turn of a part, start the next part and end this one.

    If the worker dies after `hand_on`, the state machine takes the same turn again.
    """
    turn = state.get("turn", 0) + 1  # the first recordings' executions had no `turn`
    ends = not result.done and turn >= TURNS_IN_A_PART
    if ends:
        hand_on(state["part"] + 1, result.wait)
    return {**state, "turn": turn, "done": result.done or ends, "wait": math.ceil(result.wait)}


@dataclass(frozen=True, slots=True)
class Look:
    """One look of a watch: at work that was due before `before`."""

    now: datetime
    before: datetime

    @property
    def all_ended(self) -> bool:
        """Whether no workflow and no worker runs any more."""
        return self.before == NEVER

    @property
    def part(self) -> int:
        """The number of the newer part: the second of the look. Two looks within one second start one part."""
        return int(self.now.timestamp())

    def wait(self, due: datetime | None) -> float:
        """Return the seconds until a turn that is due at `due`; 0 for an overdue turn."""
        return max(0.0, (due - self.now).total_seconds()) if due else 0.0


class Watch(ABC, Generic[Work]):
    """Restarts work whose workflow failed. A subclass knows where the work of one kind is found and how it restarts."""

    __slots__ = ()

    clock: Callable[[], datetime]

    def __call__(self) -> list[Work]:
        """Restart the work whose next turn is overdue; return the restarted work."""
        now = self.clock()
        return self._restarted(Look(now, now - self.patience))

    def start_all(self) -> list[Work]:
        """Restart all unfinished work; return the restarted work. Call this when no workflow runs any more."""
        return self._restarted(Look(self.clock(), NEVER))

    def _restarted(self, look: Look) -> list[Work]:
        found = (self.restart(work, look) for work in self.due(look.before))
        return [work for work in found if work is not None]

    @property
    @abstractmethod
    def patience(self) -> timedelta:
        """How late a turn must be to count as overdue: longer than a turn takes with its retries."""

    @abstractmethod
    def due(self, before: datetime) -> Sequence[Work]:
        """Return the unfinished work whose next turn was due before this time."""

    @abstractmethod
    def restart(self, work: Work, look: Look) -> Work | None:
        """Start the newer part `look.part`; return the work, or None if nothing was restarted."""
