"""Starting the workflow of an endpoint's episode."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from switchboard.deliveries.endpoint import Endpoint

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
        state = {
            "account": key.account,
            "endpoint": key.id,
            "episode": endpoint.episode,
            "part": part,
            "turn": 0,
            "wait": math.ceil(wait),
        }
        name = f"{key.account}-{key.id}-{endpoint.episode}-{part}"
        try:
            self._client.start_execution(stateMachineArn=self._arn, name=name, input=json.dumps(state))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
