"""Starting workflows: of an endpoint's episode, of a recording, of a campaign."""

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
    """Port Workflows: executions are named for endpoint, episode and part, so that one is started once."""

    def __init__(self, client: SFNClient, arn: str) -> None:
        self._client = client
        self._arn = arn

    def redeliver(self, endpoint: Endpoint, part: int, wait: float) -> None:
        """Start a part of the episode, to begin after `wait` seconds; one that is running is left alone."""
        key = endpoint.key
        work = {"account": key.account, "endpoint": key.id, "episode": endpoint.episode}
        name = f"{key.account}-{key.id}-{endpoint.episode}-{part}"
        _start(self._client, self._arn, name, first_state(work, part, wait))


class FetchWorkflow:
    """Port FetchWorkflows of the recordings: executions are named for recording, generation and part."""

    def __init__(self, client: SFNClient, arn: str) -> None:
        self._client = client
        self._arn = arn

    def fetch(self, recording: Recording, wait: float) -> None:
        """Start a part, to begin after `wait` seconds; one that was started before is left alone."""
        state = first_state({"recording": recording.id}, recording.part, wait)
        _start(self._client, self._arn, f"{recording.id}-{recording.generation}-{recording.part}", state)


class CampaignWorkflow:
    """Port RunWorkflow of dialling: executions are named for the campaign's execution and the part.

    `handed_over` names the state machine of what another system calls, where one is begun or goes on.
    """

    def __init__(self, client: SFNClient, arn: str, handed_over: Callable[[], str]) -> None:
        self._client = client
        self._arn, self._handed_over = arn, handed_over

    def run(self, execution: Execution, part: int, wait: float) -> None:
        """Start a part, to begin after `wait` seconds; one that was started before is left alone."""
        state = first_state({"account": execution.account, "execution": execution.id}, part, wait)
        arn = self._handed_over() if execution.phase is Phase.HANDED_OVER else self._arn
        _start(self._client, arn, f"{execution.id}-{part}", state)


def _start(client: SFNClient, arn: str, name: str, state: Mapping[str, object]) -> None:
    try:
        client.start_execution(stateMachineArn=arn, name=name, input=json.dumps(state))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise
