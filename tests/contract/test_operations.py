"""Ports Operations and Workflows."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from switchboard.aws.operational_events import OperationalEvents
from switchboard.aws.workflows import RedeliveryWorkflow
from switchboard.deliveries.endpoint import Endpoint, EndpointKey
from switchboard.deliveries.ports import Workflows
from tests.fakes.operations import MemoryWorkflows
from tests.support.stack import Stack

ENDPOINT = Endpoint(EndpointKey("acme", "e1"), "https://crm.example", failing=True, episode=4)
Executions = Callable[[], list[tuple[str, int, int]]]


class Heard:
    """What was counted, and what the topic did not take."""

    def __init__(self) -> None:
        self.counted: list[str] = []
        self.lost: list[tuple[str, str]] = []

    def failed(self, name: str, error: Exception) -> None:
        self.lost.append((name, type(error).__name__))


def operations(stack: Stack, heard: Heard, topic: str) -> OperationalEvents:
    return OperationalEvents(stack.clients.sns, topic, heard.counted.append, heard.failed)


def test_an_operational_event_is_told_on_the_topic(stack: Stack) -> None:
    """As JSON with its name in it, and as an attribute to filter by."""
    queue = stack.told("OperationsTopic")
    operations(stack, Heard(), stack.refs["OperationsTopic"]).tell("delivery.dead", {"account": "acme", "имя": "я"})
    (message,) = stack.sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(message["Body"]) == {"event": "delivery.dead", "account": "acme", "имя": "я"}
    assert message["MessageAttributes"]["event"]["StringValue"] == "delivery.dead"


def test_an_operational_event_is_counted(stack: Stack) -> None:
    """Under its name."""
    heard = Heard()
    operations(stack, heard, stack.refs["OperationsTopic"]).tell("endpoint.failing", {})
    assert (heard.counted, heard.lost) == (["endpoint.failing"], [])


def test_a_topic_that_fails_does_not_stop_a_delivery(stack: Stack) -> None:
    """The event is counted and logged, and nothing is raised."""
    heard = Heard()
    operations(stack, heard, stack.refs["OperationsTopic"] + "-gone").tell("endpoint.failing", {})
    assert heard.counted == ["endpoint.failing"]
    assert [name for name, _ in heard.lost] == ["endpoint.failing"]


@pytest.fixture
def workflows(request: pytest.FixtureRequest, kind: str) -> tuple[Workflows, Executions]:
    """The port, and endpoint, episode and part of what was started."""
    if kind == "memory":
        memory = MemoryWorkflows()
        return memory, lambda: [(one.endpoint.key.id, one.endpoint.episode, one.part) for one in memory.started]
    stack: Stack = request.getfixturevalue("stack")
    adapter = RedeliveryWorkflow(stack.clients.stepfunctions, stack.refs["RedeliverWorkflow"])
    return adapter, lambda: [(one["endpoint"], one["episode"], one["part"]) for one in stack.executions()]


def test_a_part_is_started_once(workflows: tuple[Workflows, Executions]) -> None:
    """Whoever starts it again, and however long it should wait, is told nothing of it."""
    port, started = workflows
    for wait in (5, 0, 30.5):
        port.redeliver(ENDPOINT, 0, wait)
    assert started() == [("e1", 4, 0)]


@pytest.mark.parametrize(
    ("endpoint", "part"),
    [
        (Endpoint(EndpointKey("acme", "e2"), "https://erp.example", episode=4), 0),
        (Endpoint(EndpointKey("other", "e1"), "https://crm.example", episode=4), 0),
        (Endpoint(EndpointKey("acme", "e1"), "https://crm.example", episode=5), 0),
        (ENDPOINT, 1),
    ],
    ids=["receiver", "account", "episode", "part"],
)
def test_another_one_is_another_execution(
    workflows: tuple[Workflows, Executions], endpoint: Endpoint, part: int
) -> None:
    """Each receiver, episode and part has its own."""
    port, started = workflows
    port.redeliver(ENDPOINT, 0, 5)
    port.redeliver(endpoint, part, 5)
    assert len(started()) == 2


def test_an_execution_is_told_all_that_its_turns_need(stack: Stack) -> None:
    """Whose it is, and how long to wait before the first turn: in whole seconds, as the state machine has it."""
    RedeliveryWorkflow(stack.clients.stepfunctions, stack.refs["RedeliverWorkflow"]).redeliver(ENDPOINT, 2, 4.2)
    (state,) = stack.executions()
    wanted: dict[str, Any] = {"account": "acme", "endpoint": "e1", "episode": 4, "part": 2, "turn": 0, "wait": 5}
    assert state == {**wanted, "name": "acme-e1-4-2"}


def test_the_longest_account_makes_a_name_that_step_functions_takes(stack: Stack) -> None:
    """Names of executions have at most eighty characters."""
    longest = Endpoint(EndpointKey("a" * 32, "f" * 16), "https://crm.example", episode=10**6)
    RedeliveryWorkflow(stack.clients.stepfunctions, stack.refs["RedeliverWorkflow"]).redeliver(longest, 30 * 10**6, 0)
    assert [len(one["name"]) <= 80 for one in stack.executions()] == [True]
