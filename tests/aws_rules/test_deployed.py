"""Requests as they come to the emulator are read, and held against the rules."""

import json
from typing import Any

import pytest

from tests.aws_rules.deployed import Tables, broken, read, written
from tests.aws_rules.model import Facts

SIGNED = {"authorization": "AWS4-HMAC-SHA256 Credential=test/20260314/us-east-1/{}/aws4_request, Signature=x"}


def asked(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> list[str]:
    """What a request breaks."""
    return list(broken(read(method, path, {}, headers, body), Facts(Tables())))


def targeted(target: str, **params: Any) -> list[str]:
    return asked("POST", "/", {"x-amz-target": target}, json.dumps(params).encode())


def signed(service: str) -> dict[str, str]:
    return {name: value.format(service) for name, value in SIGNED.items()}


def test_a_request_by_its_target_is_read() -> None:
    """Of DynamoDB, SQS, Step Functions, KMS and Secrets Manager."""
    assert targeted("AmazonSQS.SendMessage", QueueUrl="q", MessageBody="a") == []
    assert "U+FFFE" in targeted("AmazonSQS.SendMessage", QueueUrl="q", MessageBody="\ufffe")[0]
    assert len(targeted("AWSStepFunctions.StartExecution", stateMachineArn="m", name="a b")) == 1


def test_a_deployed_table_has_the_templates_keys() -> None:
    """Whatever comes after its logical id in its name."""
    name = next(iter(written()))
    key = {attribute: {kind: ""} for attribute, kind in written()[name].key}
    assert targeted("DynamoDB_20120810.GetItem", TableName=f"switchboard-{name}-1A2B", Key=key) != []
    assert targeted("DynamoDB_20120810.GetItem", TableName="another", Key=key) == []


@pytest.mark.parametrize(("key", "count"), [("audio/acme/1.wav", 0), ("a/../b", 1)])
def test_a_request_of_s3_is_read(key: str, count: int) -> None:
    """By its method, path and headers."""
    assert len(asked("PUT", f"/bucket/{key}", signed("s3"))) == count
    assert len(asked("PUT", "/bucket/k", signed("s3") | {"x-amz-meta-a": "x" * 2048})) == 1
    assert len(asked("GET", "/bucket/k", signed("s3") | {"range": "bytes=2-1"})) == 1


def test_a_notice_and_a_message_by_e_mail_are_read() -> None:
    """The one is a form, the other is JSON."""
    assert asked("POST", "/", signed("sns"), b"Action=Publish&TopicArn=t&Message=m") == []
    assert len(asked("POST", "/", signed("sns"), b"Action=Publish&TopicArn=t&Message=m&Subject=a%0Ab")) == 1
    email = {"FromEmailAddress": "a", "Destination": {"ToAddresses": ["a@b.example"]}, "Content": {}}
    assert len(asked("POST", "/v2/email/outbound-emails", {}, json.dumps(email).encode())) == 1


def test_other_requests_are_let_by() -> None:
    """The gateway's among them."""
    assert asked("POST", "/restapis/a/v1/_user_request_/x", {}, b"\xff") == []
