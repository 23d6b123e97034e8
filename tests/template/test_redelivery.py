"""What the workflow of a failing receiver stands on: its definition, time-outs, leases, schedule and alarms."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.bundle import ROOT, load_template
from switchboard.deliveries.redeliver import PATIENCE, PROBES
from switchboard.deliveries.watch import OVERDUE
from switchboard.turns import TURNS_IN_A_PART

Resources = dict[str, dict[str, Any]]
OfType = Callable[[str], Resources]

MACHINES = {
    name: found["Properties"]
    for name, found in load_template()["Resources"].items()
    if found["Type"] == "AWS::Serverless::StateMachine"
}
each_machine = pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
TYPES = {"Task", "Wait", "Choice", "Succeed", "Fail", "Pass", "Map", "Parallel"}
ENTRIES_OF_A_TURN = 12  # wait, task and choice: entered, scheduled, started, succeeded, exited
ENTRIES = 25_000  # that the history of an execution may hold


def definition(machine: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / machine["DefinitionUri"]).read_text())
    return found


def following(state: dict[str, Any]) -> Iterator[str]:
    """The states that a state leads to."""
    for one in (state, *state.get("Catch", []), *state.get("Choices", [])):
        yield from (one[name] for name in ("Next", "Default") if name in one)


@each_machine
def test_a_definition_can_be_walked(machine: dict[str, Any]) -> None:
    """Every state is of a known type, can be reached, leads somewhere that is there, and one is the end."""
    found = definition(machine)
    states: dict[str, dict[str, Any]] = found["States"]
    reached, waiting = set(), [found["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += following(states[name])
    assert reached == set(states)
    assert {state["Type"] for state in states.values()} <= TYPES
    assert any(state["Type"] == "Succeed" or state.get("End") for state in states.values())


@each_machine
def test_every_substitution_is_made_and_used(machine: dict[str, Any]) -> None:
    """What the definition leaves open is filled in by the template, and nothing else is."""
    text = (ROOT / machine["DefinitionUri"]).read_text()
    assert set(re.findall(r"\$\{([^}]+)\}", text)) == set(machine["DefinitionSubstitutions"])


@each_machine
def test_no_error_is_matched_by_its_name(machine: dict[str, Any]) -> None:
    """What has to be decided is decided by the function; whatever fails is tried again."""
    names = [
        name
        for state in definition(machine)["States"].values()
        for rule in (*state.get("Retry", []), *state.get("Catch", []))
        for name in rule["ErrorEquals"]
    ]
    assert set(names) == {"States.ALL"}


@each_machine
def test_no_task_can_fail_its_execution(machine: dict[str, Any]) -> None:
    """Every one is tried again, and goes on in the end."""
    tasks = [state for state in definition(machine)["States"].values() if state["Type"] == "Task"]
    assert tasks
    assert all(task["Retry"] and task["Catch"] for task in tasks)


@each_machine
def test_a_part_ends_before_its_history_is_full(machine: dict[str, Any]) -> None:
    """Turns that fail and are tried again take more entries than others."""
    assert machine["Type"] == "STANDARD"
    assert TURNS_IN_A_PART * ENTRIES_OF_A_TURN <= ENTRIES * 0.6


@each_machine
def test_the_watch_waits_for_longer_than_a_turn_is_tried_again(machine: dict[str, Any]) -> None:
    """Who waits for better times is no workflow that came to grief."""
    states = definition(machine)["States"].values()
    longest = max((state["Seconds"] for state in states if "Seconds" in state), default=0)
    retried = sum(
        min(rule["IntervalSeconds"] * rule["BackoffRate"] ** n, rule["MaxDelaySeconds"])
        for state in states
        for rule in state.get("Retry", [])
        for n in range(rule["MaxAttempts"])
    )
    assert OVERDUE.total_seconds() > longest + retried


def test_an_alarm_watches_every_state_machine(of_type: OfType) -> None:
    """An execution that failed is noticed."""
    alarms = [
        alarm for alarm in of_type("AWS::CloudWatch::Alarm").values() if alarm.get("MetricName") == "ExecutionsFailed"
    ]
    assert {alarm["Dimensions"][0]["Value"]["Ref"] for alarm in alarms} == set(
        of_type("AWS::StepFunctions::StateMachine")
    )
    assert MACHINES


def test_a_group_is_its_workers_until_it_has_ended(of_type: OfType) -> None:
    """Whoever has a group is the only one to send: a message comes again when its worker is gone, and not before."""
    sources = of_type("AWS::Lambda::EventSourceMapping").values()
    (worker,) = {one["FunctionName"]["Ref"] for one in sources if "DeliveriesQueue" in str(one["EventSourceArn"])}
    visible_after = of_type("AWS::SQS::Queue")["DeliveriesQueue"]["VisibilityTimeout"]
    assert visible_after >= 6 * of_type("AWS::Lambda::Function")[worker]["Timeout"]


def test_a_worker_has_time_for_the_slowest_receiver(of_type: OfType) -> None:
    """The longest time-out that a receiver may have, and our own reading and writing."""
    longest = load_template()["Parameters"]["DeliveryTimeout"]["MaxValue"]
    functions = of_type("AWS::Lambda::Function")
    assert functions["WorkersDeliverFunction"]["Timeout"] >= longest + 20


def test_a_wait_for_the_receivers_rate_does_not_make_a_dead_letter(of_type: OfType) -> None:
    """A message may come many times before its turn."""
    assert of_type("AWS::SQS::Queue")["DeliveriesQueue"]["RedrivePolicy"]["maxReceiveCount"] == 1000  # the most


def test_probes_are_waited_for_as_long_as_three_of_them_may_take() -> None:
    """One after the other, at a receiver that takes one request at a time and answers none."""
    longest = load_template()["Parameters"]["DeliveryTimeout"]["MaxValue"]
    assert PATIENCE.total_seconds() > PROBES * longest


def test_the_schedule_is_of_three_days() -> None:
    """Five seconds, thirty, and so on, then every twelve hours."""
    schedule = [float(entry) for entry in load_template()["Parameters"]["RetrySchedule"]["Default"].split(",")]
    assert schedule[:10] == [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200]
    assert set(schedule[10:-1]) == {43_200}
    assert sum(schedule) == 259_200


@pytest.mark.parametrize("text", ["5,30,120", "0.05,0.3", "5", " 5 , 30 "])
def test_a_schedule_of_numbers_is_taken(text: str) -> None:
    """With or without spaces."""
    assert re.fullmatch(load_template()["Parameters"]["RetrySchedule"]["AllowedPattern"], text)


@pytest.mark.parametrize("text", ["", ",", "5,", "5;30", "-5", "5,,30", "soon", "1e3"])
def test_a_schedule_of_anything_else_is_not(text: str) -> None:
    """The deployment says so, and not the first delivery that fails."""
    assert not re.fullmatch(load_template()["Parameters"]["RetrySchedule"]["AllowedPattern"], text)


def test_subscriptions_are_disabled_after_five_days() -> None:
    """Without one success."""
    assert load_template()["Parameters"]["DisableAfter"]["Default"] == 5 * 24 * 3600
