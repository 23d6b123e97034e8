"""The state that goes from turn to turn, the end of a part, and the watch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from switchboard.turns import DONE, NEVER, TURNS_IN_A_PART, Look, TurnResult, Watch, first_state, next_state
from tests.support.builders import NOON

STATE: dict[str, Any] = {"recording": "r1", "part": 3, "turn": 7, "wait": 15}
Parts = list[tuple[int, float]]


def after(state: dict[str, Any], result: TurnResult) -> tuple[dict[str, Any], Parts]:
    """The state after a turn, and the parts that were started."""
    parts: Parts = []
    return next_state(state, result, lambda part, wait: parts.append((part, wait))), parts


@pytest.mark.parametrize(("wait", "seconds"), [(0.0, 0), (0.2, 1), (5.0, 5), (43_199.01, 43_200)])
def test_a_part_begins_with_its_work_and_whole_seconds(wait: float, seconds: int) -> None:
    """A Wait state takes whole seconds, and never waits for less than it was told."""
    assert first_state({"recording": "r1"}, 3, wait) == {"recording": "r1", "part": 3, "turn": 0, "wait": seconds}


def test_the_next_turn_has_what_the_state_had() -> None:
    """Also fields that a state machine added, such as the failure before."""
    state, parts = after({**STATE, "failure": {"Error": "x"}}, TurnResult(done=False, wait=29.5))
    assert state == {**STATE, "failure": {"Error": "x"}, "turn": 8, "done": False, "wait": 30}
    assert parts == []


def test_work_that_is_done_ends_its_part() -> None:
    """No other part is started, not even after the last turn that a part may take."""
    for turn in (0, TURNS_IN_A_PART - 1, TURNS_IN_A_PART):
        state, parts = after({**STATE, "turn": turn}, DONE)
        assert (state["done"], parts) == (True, [])


def test_the_last_turn_of_a_part_starts_the_next_part() -> None:
    """The next part waits for as long as the next turn would have."""
    state, parts = after({**STATE, "turn": TURNS_IN_A_PART - 1}, TurnResult(done=False, wait=2.5))
    assert (state["done"], parts) == (True, [(4, 2.5)])
    state, parts = after({**STATE, "turn": TURNS_IN_A_PART - 2}, TurnResult(done=False, wait=2.5))
    assert (state["done"], parts) == (False, [])


def test_a_part_that_cannot_be_started_fails_the_turn() -> None:
    """The state machine takes the turn again."""

    def fail(part: int, wait: float) -> None:
        raise RuntimeError(part, wait)

    with pytest.raises(RuntimeError):
        next_state({**STATE, "turn": TURNS_IN_A_PART - 1}, TurnResult(done=False), fail)


def test_an_execution_from_before_turns_were_counted_goes_on() -> None:
    """The states of recordings had no number of a turn."""
    state, _ = after({"recording": "r1", "part": 0, "wait": 0}, TurnResult(done=False, wait=15))
    assert state == {"recording": "r1", "part": 0, "turn": 1, "done": False, "wait": 15}


@dataclass(frozen=True, slots=True)
class WatchNames(Watch[str]):
    """A watch over names, each with the time that it is due; `busy` ones are not restarted."""

    names: dict[str, datetime]
    clock: Callable[[], datetime] = lambda: NOON
    busy: frozenset[str] = frozenset()
    started: list[tuple[str, int, float]] = field(default_factory=list)

    @property
    def patience(self) -> timedelta:
        return timedelta(minutes=20)

    def due(self, before: datetime) -> Sequence[str]:
        return [name for name, at in self.names.items() if at < before]

    def restart(self, work: str, look: Look) -> str | None:
        if work in self.busy and not look.all_ended:
            return None
        self.started.append((work, look.part, look.wait(self.names[work])))
        return work


NAMES = {
    "late": NOON - timedelta(minutes=21),
    "patient": NOON - timedelta(minutes=19),
    "early": NOON + timedelta(hours=1),
}


def test_the_watch_restarts_overdue_work_alone() -> None:
    """At once, in a part that has the second for its number."""
    watch = WatchNames(NAMES)
    assert watch() == ["late"]
    assert watch.started == [("late", int(NOON.timestamp()), 0.0)]


def test_the_watch_tells_only_of_work_that_it_restarted() -> None:
    """A busy worker is left alone."""
    assert WatchNames(NAMES, busy=frozenset({"late"}))() == []


def test_where_no_workflow_runs_all_work_is_restarted() -> None:
    """Each at its own time, and overdue work at once."""
    watch = WatchNames(NAMES, busy=frozenset({"late"}))
    assert watch.start_all() == ["late", "patient", "early"]
    assert [wait for _, _, wait in watch.started] == [0.0, 0.0, 3600.0]


def test_a_turn_without_a_time_is_due_now() -> None:
    """Its row was never planned."""
    assert Look(NOON, NEVER).wait(None) == 0.0
