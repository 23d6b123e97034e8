"""The definition of the workflow, walked through every state and branch with a function that answers by a script."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from tests.support.stack import definition, resources
from tests.workflows.machine import ALL, Fault, Machine

RETRIES = 6
BACK_OFF = [5, 10, 20, 40, 80, 160]
TURN = ["WaitForTurn", "TakeTurn", "IsItOver"]
END = [*TURN, "Over"]
RESCUED = ["WaitForTurn", "TakeTurn", "WaitForBetterTimes", "TakeTurn", "IsItOver", "Over"]


class Throttled(Exception):
    """What another name stands for."""


@dataclass(frozen=True, slots=True)
class Story:
    """What the function answers: seconds to wait, an error, or None for the end; and what comes of it."""

    script: Sequence[float | Exception | None]
    path: Sequence[str]
    waits: Sequence[float]
    pauses: Sequence[float] = field(default_factory=list)


STORIES = {
    "it is over at once": Story([None], END, [5]),
    "it is over after some turns": Story([30, 120, None], [*TURN, *TURN, *END], [5, 30, 120]),
    "there is nothing to wait for": Story([0, None], [*TURN, *END], [5, 0]),
    "the function fails once": Story([Fault(), None], END, [5], BACK_OFF[:1]),
    "the function fails for as long as it may": Story([Fault()] * RETRIES + [None], END, [5], BACK_OFF),
    "the function fails by several names": Story([Fault(), Throttled(), Fault(), None], END, [5], BACK_OFF[:3]),
    "the function fails for longer": Story([Fault()] * (RETRIES + 1) + [None], RESCUED, [5, 600], BACK_OFF),
    "the function fails for much longer": Story(
        [Fault()] * 2 * (RETRIES + 1) + [30, None],
        ["WaitForTurn", *["TakeTurn", "WaitForBetterTimes"] * 2, "TakeTurn", "IsItOver", *END],
        [5, 600, 600, 30],
        BACK_OFF * 2,
    ),
    "the function fails in several turns": Story(
        [Fault(), 30, Fault(), None], [*TURN, *END], [5, 30], [BACK_OFF[0], BACK_OFF[0]]
    ),
}
each_story = pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)


each_machine = pytest.mark.parametrize("name", ALL)


def play(machine: Machine, story: Story) -> None:
    """Let an execution go through a story."""
    lines = iter(story.script)

    def function(state: dict[str, Any]) -> dict[str, Any]:
        line = next(lines)
        if isinstance(line, Exception):
            raise line
        return {**state, "turn": state["turn"] + 1, "done": line is None, "wait": line or 0}

    machine.function = function
    machine.start()
    machine.finish()


@each_machine
@each_story
def test_the_workflow_goes_through_the_states_that_it_should(machine: Machine, story: Story, name: str) -> None:
    """It ends well, and waits neither longer nor shorter than it is told."""
    machine.name = name
    play(machine, story)
    assert machine.executions() == {"acme-e1-1-0": "SUCCEEDED"}
    assert machine.path("acme-e1-1-0") == story.path
    assert (machine.waits, machine.pauses) == (story.waits, story.pauses)
    assert len(machine.turns) == len(story.script)


def test_each_turn_is_given_what_the_one_before_answered(machine: Machine) -> None:
    """And a turn that failed is taken again with the same."""
    play(machine, Story([30, Fault(), 120, None], [], []))
    assert [(state["turn"], state["wait"]) for state in machine.turns] == [(0, 5), (1, 30), (1, 30), (2, 120)]
    assert {state["endpoint"] for state in machine.turns} == {"e1"}


def test_after_better_times_the_turn_is_the_same(machine: Machine) -> None:
    """What went wrong is told beside it."""
    play(machine, Story([Fault("no table")] * (RETRIES + 1) + [None], [], []))
    first, last = machine.turns[0], machine.turns[-1]
    failure = last.pop("failure")
    assert last == first
    assert (failure["Error"], json.loads(failure["Cause"])["errorMessage"]) == ("Fault", "no table")


def test_all_state_machines_are_one_definition() -> None:
    """They differ by the function that takes the turns, and in nothing else."""
    machines = resources("AWS::Serverless::StateMachine")
    assert set(machines) == set(ALL)
    assert {machine["DefinitionUri"] for machine in machines.values()} == {"workflows/turns.asl.json"}
    functions = [
        machine["DefinitionSubstitutions"]["TurnFunctionArn"]["Fn::GetAtt"][0] for machine in machines.values()
    ]
    assert len(set(functions)) == len(machines)


@each_machine
def test_every_branch_of_the_definition_is_walked(name: str) -> None:
    """By one of the stories above, each of which is compared with its history."""
    walked = {pair for story in STORIES.values() for pair in pairwise(story.path)}
    machine = json.loads(definition(resources("AWS::Serverless::StateMachine")[name]))
    assert walked == set(branches(machine["States"]))
    assert {story.path[0] for story in STORIES.values()} == {machine["StartAt"]}
    assert {state for pair in walked for state in pair} == set(machine["States"])


def branches(states: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every way from one state to another."""
    for name, state in states.items():
        for way in [state, *state.get("Choices", []), *state.get("Catch", [])]:
            yield from ((name, way[key]) for key in ("Next", "Default") if key in way)
