"""The deployed stack: its resources by their logical ids, and its times made short enough to be waited for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from local.deployment import STACK
from local.processes import REGION

QUEUES = ("EventsQueue", "DeliveriesQueue", "RetriesQueue")
DELIVERING = ("WorkersDeliverFunction", "WorkersRetryLaneFunction", "WorkflowsRedeliverFunction")
# A batch of ten takes its receiver's time-out of a second ten times at most, and several workers start anew at once.
VISIBILITY = "30"
SCHEDULE = ",".join(("1", "1", "2", "3", "5", "5", "10", "10", *("20",) * 30))
HURRIED = {"RETRY_SCHEDULE": SCHEDULE, "FAST_ATTEMPTS": "3", "DELIVERY_TIMEOUT": "1"}


@dataclass(frozen=True, slots=True)
class Deployed:
    """A running hub on this machine: the hub's address, the emulator's address and the directory of the workers."""

    base_url: str
    operator_token: str
    emulator: str
    home: Path

    def aws(self, service: Any) -> Any:
        """A client of the emulator's."""
        return boto3.client(
            service,
            endpoint_url=self.emulator,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator takes anything
        )

    def resource(self, logical_id: str) -> str:
        """The physical id of a resource."""
        found = self.aws("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
        physical: str = found["StackResourceDetail"]["PhysicalResourceId"]
        return physical

    def executions(self) -> list[dict[str, Any]]:
        """All executions of the receivers' workflow."""
        machine = self.resource("RedeliverWorkflow")
        pages = self.aws("stepfunctions").get_paginator("list_executions").paginate(stateMachineArn=machine)
        return [execution for page in pages for execution in page["executions"]]


@contextmanager
def hurried(hub: Deployed) -> Iterator[None]:
    """Have what a killed worker held come back within seconds, and nothing given up for minutes."""
    with ExitStack() as stack:
        stack.enter_context(returning(hub, QUEUES))
        for function in DELIVERING:
            stack.enter_context(_environment(hub.aws("lambda"), hub.resource(function)))
        yield


@contextmanager
def returning(hub: Deployed, queues: Sequence[str]) -> Iterator[None]:
    """Have what a killed worker held of these queues come back within seconds."""
    with ExitStack() as stack:
        for queue in queues:
            stack.enter_context(_visibility(hub.aws("sqs"), hub.resource(queue)))
        yield


@contextmanager
def _visibility(sqs: Any, queue: str) -> Iterator[None]:
    name = "VisibilityTimeout"
    before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])["Attributes"][name]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={name: VISIBILITY})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={name: before})


@contextmanager
def _environment(functions: Any, function: str) -> Iterator[None]:
    before = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    functions.update_function_configuration(FunctionName=function, Environment={"Variables": {**before, **HURRIED}})
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=function, Environment={"Variables": before})
