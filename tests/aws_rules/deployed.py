"""The same rules for what functions ask of the emulator: it runs them itself, and writes down what they broke.

EMULATOR_OBSERVER tells the emulator's process to have requests pass here; RULES_OF_AWS_LOG is the file to write to. No
variable of AWS's own begins like that, and so it is handed on.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import botocore.session
from botocore.model import OperationModel

from local.bundle import load_template
from tests.aws_rules.checker import shown, violations
from tests.aws_rules.model import Facts, Table, Violation, table_of

App = Callable[[Any, Any, Any], Awaitable[None]]
Asked = tuple[str, str, dict[str, Any]]
"""A service, its operation, and the parameters."""
LOG = "RULES_OF_AWS_LOG"
SERVICES = {
    "DynamoDB_20120810": "dynamodb",
    "AmazonSQS": "sqs",
    "AWSStepFunctions": "stepfunctions",
    "TrentService": "kms",
    "secretsmanager": "secretsmanager",
}
OF_S3 = {"PUT": "PutObject", "GET": "GetObject", "HEAD": "HeadObject", "DELETE": "DeleteObject"}
SENT = {"content-type": "ContentType", "content-disposition": "ContentDisposition", "x-amz-tagging": "Tagging"}
OWN = "x-amz-meta-"
OURS = "Switchboard/"  # how the functions' clients call themselves; the deployment's own requests are not ours


class Tables(dict[str, Table]):
    """The template's tables. Their names in a stack hold their logical ids."""

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self:
            self[name] = next((one for id_, one in written().items() if f"-{id_}-" in f"{name}-"), default)
        return self[name]


@cache
def written() -> dict[str, Table]:
    found = load_template()["Resources"].items()
    return {name: table_of(one["Properties"]) for name, one in found if one["Type"] == "AWS::DynamoDB::Table"}


@cache
def model(service: str, operation: str) -> OperationModel:
    return botocore.session.get_session().get_service_model(service).operation_model(operation)


def observe(inner: App) -> App:
    """Pass requests on, and look at each when its body is complete."""
    log, facts = Path(os.environ[LOG]), Facts(Tables())

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
        if scope["type"] != "http" or OURS not in headers.get("user-agent", ""):
            await inner(scope, receive, send)
            return
        body = bytearray()

        async def watched() -> Any:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        await inner(scope, watched, send)
        query = dict(parse_qsl(scope.get("query_string", b"").decode(), keep_blank_values=True))
        note(log, broken(read(scope["method"], scope["path"], query, headers, bytes(body)), facts))

    return app


def note(log: Path, found: Iterable[str]) -> None:
    """Add lines to a file."""
    with log.open("a") as lines:
        lines.writelines(f"{one}\n" for one in found)


def broken(asked: Asked | None, facts: Facts) -> Iterator[str]:
    """What a request of a function breaks, as lines that name rule, document and request."""
    if asked is None:
        return
    service, operation, params = asked
    found: list[Violation] = list(violations(model(service, operation), params, facts))
    yield from (f"{one.rule} ({one.document}): {service} {operation} {shown(params)}" for one in found)


def read(method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Asked | None:
    """The service, operation and parameters of a request; none where the rules have nothing to say of it."""
    prefix, _, operation = headers.get("x-amz-target", "").partition(".")
    if prefix in SERVICES:
        return SERVICES[prefix], operation, json.loads(body)
    if path == "/v2/email/outbound-emails":
        return "sesv2", "SendEmail", json.loads(body)
    if "/s3/aws4_request" in headers.get("authorization", ""):
        return _of_s3(method, path, query, headers)
    form = dict(parse_qsl(body.decode("latin-1"))) if "/sns/aws4_request" in headers.get("authorization", "") else {}
    if form.get("Action") == "Publish":
        return "sns", "Publish", {name: form[name] for name in ("TopicArn", "Message", "Subject") if name in form}
    return None


def _of_s3(method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Asked | None:
    bucket, _, key = path.lstrip("/").partition("/")
    if not key or method not in OF_S3 or "uploadId" in query:
        return None
    params: dict[str, Any] = {"Bucket": bucket, "Key": unquote(key)}
    if method == "PUT":
        params |= {SENT[name]: value for name, value in headers.items() if name in SENT}
        metadata = {name.removeprefix(OWN): value for name, value in headers.items() if name.startswith(OWN)}
        params |= {"Metadata": metadata} if metadata else {}
    elif "range" in headers:
        params["Range"] = headers["range"]
    return "s3", OF_S3[method], params
