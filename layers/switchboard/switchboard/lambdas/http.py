"""Requests and answers of API Gateway. Errors become answers in the form of the path's dialect.

The router is in `rest`: a function on the way of a call imports no router.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from switchboard.dialects.registry import DIALECTS
from switchboard.errors import Refused
from switchboard.kernel.hops import HEADER, LoopRefused, carrying, check_hops, hops_in
from switchboard.kernel.own_address import asked_at
from switchboard.kernel.plain_text import unquoted
from switchboard.observability.logs import logger, loop_refused

JSON = "application/json"
Refuse = Callable[[Refused], dict[str, Any]]
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


class Internal(Refused):
    """The answer to a failure of the hub."""

    status, reason, code = 500, "Internal Server Error", "internal"


def to_json(value: Any) -> str:
    """Return JSON with times in ISO 8601, and text unescaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def internal(error: Exception) -> Refused:
    """Log a failure of the hub, and return an error without details for the caller."""
    logger().exception("request.failed", extra={"error": type(error).__name__})
    return Internal("Something went wrong on our side; please try again.")


def answering(refuse: Refuse, serve: Handler, *, refuses_loops: bool = True) -> Handler:
    """Return a handler that calls `serve` and turns errors into answers.

    `serve` runs with the hops of the request in hand. With `refuses_loops` a request with too many is refused here.
    """

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            with hops_of(event, refuses_loops=refuses_loops):
                return serve(event, context)
        except Refused as error:
            return answer(error.status, refuse(error), error.headers)
        except Exception as error:  # noqa: BLE001 - every failure gets a documented answer
            return answer(500, refuse(internal(error)))

    return handler


@contextmanager
def hops_of(event: Mapping[str, Any], *, refuses_loops: bool = True) -> Iterator[None]:
    """Do the work inside with the hops of a request in hand. Raises LoopRefused, and tells the operators."""
    hops = hops_in(header(event, HEADER))
    if refuses_loops:
        try:
            check_hops(hops)
        except LoopRefused:
            loop_refused(str(event.get("resource") or ""), hops)
            raise
    host = str((event.get("requestContext") or {}).get("domainName") or "")
    with carrying(hops), asked_at(host):
        yield


def answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return an answer for API Gateway. The body is JSON, unless `headers` has another Content-Type."""
    text = body if isinstance(body, str) else to_json(body)
    return {"statusCode": status, "headers": {"Content-Type": JSON, **(headers or {})}, "body": text}


def header(event: Mapping[str, Any], name: str) -> str:
    """Return a request header, empty if absent. The name may have any letter case."""
    headers = event.get("headers") or {}
    return next((str(value) for key, value in headers.items() if key.lower() == name.lower()), "")


def path_text(event: Mapping[str, Any], name: str) -> str:
    """Return a parameter of the path, decoded once; empty if absent. Raises Invalid unless the bytes are UTF-8.

    API Gateway hands over parameters percent-encoded, as the client sent them.
    """
    return unquoted(str((event.get("pathParameters") or {}).get(name) or ""), name)


def echo_of(event: Mapping[str, Any], dialect: str | None) -> dict[str, str]:
    """Echo the vendor's integration header, if sent."""
    api = DIALECTS[dialect].api if dialect else None
    echo = header(event, api.echo) if api and api.echo else ""
    return {api.echo: echo} if api and echo and echo.isprintable() else {}


def public_url(event: Mapping[str, Any], configured: str) -> str:
    """Return the hub's URL: the configured URL, else the address of this request."""
    if configured:
        return configured
    context = event.get("requestContext") or {}
    return f"https://{context.get('domainName', '')}/{context.get('stage', '')}".rstrip("/")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
