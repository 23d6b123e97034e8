"""What botocore's models say is enforced, though botocore is told not to look."""

from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.model import OperationModel

from tests.aws_rules.shapes import shape_violations


@cache
def model(service: str, operation: str) -> OperationModel:
    return botocore.session.get_session().get_service_model(service).operation_model(operation)


def broken(service: str, operation: str, **params: Any) -> list[str]:
    """What a request breaks."""
    return [one.rule for one in shape_violations(model(service, operation), params)]


def test_a_request_has_what_it_needs_and_nothing_else() -> None:
    """By name, and by type."""
    assert broken("dynamodb", "GetItem", TableName="t", Key={"pk": {"S": "a"}}) == []
    assert len(broken("dynamodb", "GetItem", TableName="t")) == 1
    assert len(broken("dynamodb", "GetItem", TableName="t", Key={}, Consistent=True)) == 1
    assert len(broken("dynamodb", "GetItem", TableName="t", Key=[])) == 1
    assert len(broken("dynamodb", "GetItem", TableName=1, Key={})) == 1
    assert len(broken("sqs", "SendMessage", QueueUrl="q", MessageBody="b", DelaySeconds=True)) == 1


@pytest.mark.parametrize(
    ("service", "operation", "right", "wrong"),
    [
        ("stepfunctions", "StartExecution", {"stateMachineArn": "a"}, {"stateMachineArn": "a" * 257}),
        ("kms", "Decrypt", {"CiphertextBlob": b"x"}, {"CiphertextBlob": b"x", "KeyId": ""}),
        ("dynamodb", "Query", {"TableName": "t", "Limit": 1}, {"TableName": "t", "Limit": 0}),
        ("dynamodb", "Query", {"TableName": "t", "Select": "COUNT"}, {"TableName": "t", "Select": "ALL"}),
        ("secretsmanager", "GetSecretValue", {"SecretId": "a"}, {"SecretId": "a", "VersionStage": ""}),
        ("dynamodb", "TransactWriteItems", {"TransactItems": [{}]}, {"TransactItems": [{}] * 101}),
    ],
)
def test_lengths_values_and_choices_are_kept(service: str, operation: str, right: Any, wrong: Any) -> None:
    """Whatever the service."""
    assert broken(service, operation, **right) == []
    assert len(broken(service, operation, **wrong)) == 1
