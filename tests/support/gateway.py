"""Requests as API Gateway hands them to a function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from local.openapi import REST
from switchboard.lambdas.routes import UNMATCHED, Route, by_path, specificity, tree

HOST = "abc123def4.execute-api.us-east-1.amazonaws.com"
STAGE = "v1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function answered."""

    status: int
    headers: Mapping[str, str]
    text: str
    content: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def route_for(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route that API Gateway takes, and its path parameters; a method that no route has goes to `unmatched`."""
    fitting = {known: found for known in (*tree(), REST) if (found := parameters(known, path)) is not None}
    known = min(fitting, key=lambda known: (known == REST, specificity(known)))
    route = by_path().get(known, {}).get(method) or Route(method, known, UNMATCHED)
    return route, fitting[known]


def parameters(template: str, path: str) -> dict[str, str] | None:
    """The path parameters of a path that fits, else None; to the gateway a slash at its end is none."""
    if template == REST:
        return {"proxy": path.lstrip("/")} if path != "/" else None
    wanted, given = template.split("/"), (path.removesuffix("/") or path).split("/")
    if len(wanted) != len(given):
        return None
    pairs = list(zip(wanted, given, strict=True))
    if any(part != value and not (part.startswith("{") and value) for part, value in pairs):
        return None
    return {part.strip("{}"): value for part, value in pairs if part.startswith("{")}


def proxy_event(
    method: str,
    path: str,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The event of a request, complete."""
    route, found = route_for(method, path)
    sent = {"Host": HOST, "User-Agent": "tests", "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    sent |= headers or {}
    return {
        "resource": route.path,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
        "pathParameters": {name: quote(value, safe="/:@!$&'()*+,;=~") for name, value in found.items()} or None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abc123def4",
            "domainName": HOST,
            "domainPrefix": "abc123def4",
            "extendedRequestId": "AbCdEfGhIjKlMnO=",
            "httpMethod": method,
            "identity": {"sourceIp": "203.0.113.7", "userAgent": "tests"},
            "path": f"/{STAGE}{path}",
            "protocol": "HTTP/1.1",
            "requestId": "3f0c4d1e-8d5f-4b6a-9f3e-2f1d0c9b8a76",
            "requestTime": "14/Mar/2026:12:00:00 +0000",
            "requestTimeEpoch": 1773489600000,
            "resourceId": "r1e2s3",
            "resourcePath": route.path,
            "stage": STAGE,
        },
        "body": body,
        "isBase64Encoded": False,
    }


def ws_event(route: str, connection: str, body: str = "", headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What API Gateway hands a function behind a WebSocket."""
    kinds = {"$connect": "CONNECT", "$disconnect": "DISCONNECT"}
    context = {
        "routeKey": route,
        "eventType": kinds.get(route, "MESSAGE"),
        "connectionId": connection,
        "domainName": "pbxapi.execute-api.us-east-1.amazonaws.com",
        "stage": "v1",
        "apiId": "pbxapi",
    }
    told: dict[str, Any] = {"requestContext": context, "isBase64Encoded": False}
    return {**told, "body": body} if context["eventType"] == "MESSAGE" else {**told, "headers": dict(headers or {})}
