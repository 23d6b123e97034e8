"""After a start of the hub, every watch of the template restarts its workflows."""

import json
from typing import Any

from local import deployment


class Clients:
    """An emulator whose functions note how they were called: physical names begin with `the-`."""

    def __init__(self) -> None:
        self.called: list[tuple[str, dict[str, Any]]] = []

    def client(self, service: str) -> Any:
        assert service in {"cloudformation", "lambda"}
        return self

    def describe_stack_resource(self, StackName: str, LogicalResourceId: str) -> dict[str, Any]:  # noqa: N803
        assert StackName == deployment.STACK
        return {"StackResourceDetail": {"PhysicalResourceId": f"the-{LogicalResourceId}"}}

    def invoke(self, FunctionName: str, Payload: str) -> None:  # noqa: N803
        self.called.append((FunctionName, json.loads(Payload)))


def test_every_watch_is_called_at_once_after_a_start() -> None:
    """Those of receivers, erasures, recordings and campaigns."""
    emulator = Clients()
    deployment.restart_workflows(emulator)  # type: ignore[arg-type]
    at_once = {"at_once": True}
    assert sorted(emulator.called, key=lambda call: call[0]) == [
        ("the-WorkflowsWatchCampaignsFunction", at_once),
        ("the-WorkflowsWatchEndpointsFunction", at_once),
        ("the-WorkflowsWatchErasuresFunction", at_once),
        ("the-WorkflowsWatchRecordingsFunction", at_once),
    ]


def test_no_watch_is_missing() -> None:
    """Each state machine's work has a watch."""
    assert len(deployment.watches()) == 4
