"""How many events an execution's history has, by arithmetic. Step Functions Developer Guide, Service quotas: 25,000."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.bundle import ROOT
from switchboard import turns

MOST_EVENTS = 25_000
TURNS = turns.TURNS_IN_A_PART
# Entered and exited; a task is also scheduled, started, and done.
EVENTS = {"Task": 5, "Wait": 2, "Choice": 2, "Pass": 2, "Succeed": 2, "Fail": 1}
OF_AN_ATTEMPT = 3  # that failed: scheduled, started, failed
OF_AN_EXECUTION = 2  # started, and ended
LARGEST_DEFINITION = 1024 * 1024  # bytes
MACHINES = sorted((ROOT / "workflows").glob("*.asl.json"))


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.name)
def test_a_part_ends_before_its_history_is_full(path: Path) -> None:
    """Even where every other turn has three attempts that failed; a turn visits each state once at most."""
    states: dict[str, Any] = json.loads(path.read_text())["States"]
    turn = sum(EVENTS[state["Type"]] for state in states.values())
    tasks = sum(state["Type"] == "Task" for state in states.values())
    failed = TURNS // 2 * 3 * OF_AN_ATTEMPT * tasks
    assert TURNS * turn + failed + OF_AN_EXECUTION <= MOST_EVENTS


def test_the_hub_counts_by_the_same_figures() -> None:
    """A turn goes through one Wait, one Task and one Choice."""
    of_a_turn = EVENTS["Wait"] + EVENTS["Task"] + EVENTS["Choice"]
    assert (
        MOST_EVENTS,
        of_a_turn,
        OF_AN_ATTEMPT,
    ) == (turns.MOST_EVENTS, turns.EVENTS_OF_A_TURN, turns.EVENTS_OF_A_FAILURE)


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.name)
def test_a_definition_is_no_larger_than_it_may_be(path: Path) -> None:
    """With the ARNs in it."""
    assert path.stat().st_size <= LARGEST_DEFINITION
