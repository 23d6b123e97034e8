"""A function that streams, asked with API Gateway's event: for fixtures and tests, which want its answer as a whole."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

App = Callable[[Any, Any, Any], Awaitable[None]]


def answer(app: App, event: Mapping[str, Any]) -> dict[str, Any]:
    """What the app sends, in the form of a function's answer; a body that is no text is in base64."""
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": _body(event), "more_body": False}]

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def ask() -> None:
        await app(scope(event), receive, send)

    asyncio.run(ask())
    start, *rest = sent
    return _answer(start, b"".join(message.get("body", b"") for message in rest))


def scope(event: Mapping[str, Any]) -> dict[str, Any]:
    """The request as a web server hands it to an app."""
    path = event["path"]
    query = event.get("multiValueQueryStringParameters") or {}
    headers = dict(event.get("multiValueHeaders") or {})
    headers["x-amzn-request-context"] = [json.dumps(event.get("requestContext") or {})]  # as Lambda Web Adapter does
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": event["httpMethod"],
        "scheme": "https",
        "path": path,
        "raw_path": quote(path, safe="/%:@!$&'()*+,;=~").encode(),
        "query_string": urlencode(query, doseq=True).encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, values in headers.items() for value in values],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
    }


BYTES = ("audio/", "application/vnd.")  # media types of answers that are no text


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def _answer(start: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    headers = {name.decode().title(): value.decode() for name, value in start["headers"]}
    told = {"statusCode": start["status"], "headers": headers}
    if headers.get("Content-Type", "").startswith(BYTES):
        return {**told, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return {**told, "body": body.decode(), "isBase64Encoded": False}
