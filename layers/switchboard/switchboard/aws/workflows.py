"""Start workflows: of an endpoint's episode, a recording, a campaign's execution, an erasure, or a replay."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from switchboard.deliveries.endpoint import Endpoint
from switchboard.kernel.campaign import Execution, Phase
from switchboard.recordings.model import Recording
from switchboard.turns import first_state

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class RedeliveryWorkflow:
    """Port Workflows. The name of an execution holds endpoint, episode and part, so each part starts once."""

    def __init__(self, client: SFNClient, arn: str) -> None:
        self._client = client
        self._arn = arn

    def redeliver(self, endpoint: Endpoint, part: int, wait: float) -> None:
        """Start a part of the episode, to begin after `wait` seconds. A started part is left alone."""
        key = endpoint.key
        work = {"account": key.account, "endpoint": key.id, "episode": endpoint.episode}
        name = f"{key.account}-{key.id}-{endpoint.episode}-{part}"
        _start(self._client, self._arn, name, first_state(work, part, wait))


class FetchWorkflow:
    """Port FetchWorkflows of recordings. The name of an execution holds recording, generation and part."""

    def __init__(self, client: SFNClient, arn: str) -> None:
        self._client = client
        self._arn = arn

    def fetch(self, recording: Recording, wait: float) -> None:
        """Start a part, to begin after `wait` seconds; one that was started before is left alone."""
        state = first_state({"recording": recording.id}, recording.part, wait)
        _start(self._client, self._arn, f"{recording.id}-{recording.generation}-{recording.part}", state)


class CampaignWorkflow:
    """Port RunWorkflow of dialling. The name holds the campaign's execution and the part.

    `handed_over` returns the ARN of the state machine for executions that another system calls.
    """

    def __init__(self, client: SFNClient, arn: str, handed_over: Callable[[], str]) -> None:
        self._client = client
        self._arn, self._handed_over = arn, handed_over

    def run(self, execution: Execution, part: int, wait: float) -> None:
        """Start a part, to begin after `wait` seconds; one that was started before is left alone."""
        state = first_state({"account": execution.account, "execution": execution.id}, part, wait)
        arn = self._handed_over() if execution.phase is Phase.HANDED_OVER else self._arn
        _start(self._client, arn, f"{execution.id}-{part}", state)


class EraseWorkflow:
    """Port EraseWorkflows. The name of an execution holds erasure and part. The input holds no number."""

    def __init__(self, client: SFNClient, arn: str) -> None:
        self._client = client
        self._arn = arn

    def erase(self, erasure_id: str, part: int, wait: float) -> None:
        """Start a part, to begin after `wait` seconds; one that was started before is left alone."""
        _start(self._client, self._arn, f"{erasure_id}-{part}", first_state({"erasure": erasure_id}, part, wait))


class ReplayWorkflow:
    """Port ReplayWorkflows. The name of an execution holds the replay's digest and the part."""

    def __init__(self, client: SFNClient, arn: str) -> None:
        self._client = client
        self._arn = arn

    def replay(self, run_id: str, part: int, wait: float) -> None:
        """Start a part, to begin after `wait` seconds; one that was started before is left alone."""
        name = f"{run_id.rpartition('-')[2]}-{part}"
        _start(self._client, self._arn, name, first_state({"replay": run_id}, part, wait))


def _start(client: SFNClient, arn: str, name: str, state: Mapping[str, object]) -> None:
    try:
        client.start_execution(stateMachineArn=arn, name=name, input=json.dumps(state))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise
