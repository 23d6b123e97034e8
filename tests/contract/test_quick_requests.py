"""The hub's requests to DynamoDB, SQS and Step Functions are those of botocore, byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.auth import AUTH_TYPE_MAPS, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

from switchboard.aws.clients import CONFIG, QUICK
from switchboard.aws.quick_requests import JsonSigV4, quick

KEY = {"pk": {"S": "acme#дом"}, "sk": {"S": "CALL"}}
ORDERS: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "get_item", {"TableName": "calls", "Key": KEY, "ConsistentRead": True}),
    ("dynamodb", "transact_write_items", {"TransactItems": [{"Put": {"TableName": "calls", "Item": KEY}}] * 2}),
    ("dynamodb", "batch_write_item", {"RequestItems": {"calls": [{"PutRequest": {"Item": KEY}}]}}),
    ("sqs", "send_message", {"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/1/q", "MessageBody": "Ёж  \n"}),
    ("stepfunctions", "start_execution", {"stateMachineArn": "arn:aws:states:1", "name": "n", "input": "{}"}),
]


class _Stop(Exception):
    """Nothing is sent."""


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two signatures of one time, by botocore's class in Python: the layers have no other."""
    monkeypatch.setitem(AUTH_TYPE_MAPS, "v4", SigV4Auth)
    for module in ("botocore.auth", "switchboard.aws.quick_requests"):
        monkeypatch.setattr(f"{module}.get_current_datetime", lambda: datetime(2026, 3, 14, 12, tzinfo=UTC))


def sent(client: Any, operation: str, params: dict[str, Any]) -> tuple[str, bytes, dict[str, str]]:
    """Address, body and headers of a request."""
    found: list[Any] = []

    def stop(request: Any, **_: Any) -> None:
        found.append(request)
        raise _Stop

    client.meta.events.register_first("before-send", stop)
    with pytest.raises(_Stop):
        getattr(client, operation)(**params)
    client.meta.events.unregister("before-send", stop)
    headers = {name.lower(): _text(value) for name, value in found[0].headers.items()}
    del headers["amz-sdk-invocation-id"]
    return found[0].url, found[0].body, headers


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


@pytest.mark.parametrize("token", [None, "session-token"])
@pytest.mark.parametrize("url", [None, "http://127.0.0.1:5000"])
@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1", "cn-north-1"])
def test_address_body_and_headers_are_those_of_botocore(
    region: str, url: str | None, token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For each service, the second request of a client too. Only the number of the request differs."""
    monkeypatch.setattr("uuid.uuid4", lambda: "11111111-2222-3333-4444-555555555555")
    session = boto3.Session("AKIAEXAMPLE", "secret", token, region)
    clients: dict[tuple[str, bool], Any] = {}
    for service in {service for service, _, _ in ORDERS}:
        clients[service, True] = quick(session.client(service, endpoint_url=url, config=QUICK))
        clients[service, False] = session.client(service, endpoint_url=url, config=CONFIG)
    for service, operation, params in ORDERS * 2:
        ours, theirs = (sent(clients[service, is_quick], operation, dict(params)) for is_quick in (True, False))
        assert ours == theirs
        assert "Signature=" in ours[2]["authorization"]


@pytest.mark.parametrize(
    ("method", "url", "data", "headers"),
    [
        ("POST", "https://a.example/", b"{}", {"X-Amz-Target": "A.B", "Expect": "x", "User-Agent": "y"}),
        ("POST", "https://a.example", "Ё", {"x-a": " two  spaces ", "A": "1", "Authorization": "of an earlier try"}),
        ("POST", "https://a.example:8443/", "", {"Host": "other.example"}),
        ("POST", "http://a.example:80/", b"", {}),
        ("POST", "https://[::1]:443/", b"", {}),
        ("POST", "https://a.example/?b=2&a=1", b"x", {}),
        ("GET", "https://a.example/", b"", {}),
        ("PUT", "https://a.example/path%20of", b"x", {"Date": "Sat, 14 Mar 2026 12:00:00 GMT"}),
    ],
)
def test_a_request_of_any_form_has_the_signature_of_botocore(
    method: str, url: str, data: bytes | str, headers: dict[str, str]
) -> None:
    """Also of a form that no client of the hub sends."""
    signed = []
    for kind in (JsonSigV4, SigV4Auth):
        request = AWSRequest(method, url, headers, data)
        request.context["client_config"] = Config()
        kind(ReadOnlyCredentials("AKIAEXAMPLE", "secret", "token"), "dynamodb", "eu-central-1").add_auth(request)
        signed.append(dict(request.headers.items()))
    assert signed[0] == signed[1]
