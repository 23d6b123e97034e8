"""The variables that the template gives to a function, for a benchmark that runs the function's handler."""

from __future__ import annotations

import os
from typing import Any

from moto import mock_aws

from switchboard.aws import clients
from tests.support.stack import Clients, Stack

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "switchboard",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_METRICS_NAMESPACE": "Switchboard",
}
MADE_WITH = (
    clients.dynamodb, clients.sqs, clients.secretsmanager, clients.kms, clients.sns, clients.stepfunctions, clients.s3,
    clients.sesv2,
)  # fmt: skip


def a_stack() -> Stack:
    """Return the template's resources, made of clients that the caller keeps from AWS."""
    made: list[Any] = [client() for client in MADE_WITH]
    return Stack(Clients(*made))


def set_variables(folder: str, **changed: str) -> dict[str, str]:
    """Set the variables of the function in `folder`, and return the names of the stack's resources by logical id."""
    os.environ.update(CREDENTIALS)
    with mock_aws():
        stack = a_stack()
        os.environ.update({**stack.environment(folder), **CREDENTIALS, **changed})
    for client in MADE_WITH:
        client.cache_clear()
    return stack.refs
