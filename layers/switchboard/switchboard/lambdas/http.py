"""API Gateway in and out: errors become answers in the shape of the dialect whose path was called."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from switchboard.dialects.registry import DIALECTS
from switchboard.errors import NotFound, Refused
from switchboard.observability.logs import logger

JSON = "application/json"
Refuse = Callable[[Refused], dict[str, Any]]
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


class Internal(Refused):
    """What a caller is told of our own failure."""

    status, reason, code = 500, "Internal Server Error", "internal"


def to_json(value: Any) -> str:
    """JSON as clients read it: times in ISO 8601, text as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def rest_api(refuse: Refuse) -> APIGatewayRestResolver:
    """A router for one function whose errors have this shape."""
    app = APIGatewayRestResolver(serializer=to_json)

    def refused(error: Refused) -> Response[str]:
        return Response(error.status, JSON, to_json(refuse(error)))

    app.exception_handler(Refused)(refused)
    app.exception_handler(Exception)(lambda error: refused(internal(error)))
    app.not_found(lambda _: refused(NotFound("There is nothing at this path.")))
    return app


def internal(error: Exception) -> Refused:
    """Log a failure of ours, and the answer for the caller, who is told nothing of it."""
    logger().exception("request.failed", extra={"error": type(error).__name__})
    return Internal("Something went wrong on our side; please try again.")


def no_content() -> Response[str]:
    """204, with the empty text that every gateway takes for a body."""
    return Response(204, JSON, "")


def answering(refuse: Refuse, serve: Handler) -> Handler:
    """`serve` with its errors made into answers; where a function has a router, it is called from there."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            return serve(event, context)
        except Refused as error:
            return answer(error.status, refuse(error))
        except Exception as error:  # noqa: BLE001 - whatever fails, the caller gets a documented answer
            return answer(500, refuse(internal(error)))

    return handler


def answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """An answer for API Gateway, JSON unless `headers` says otherwise."""
    text = body if isinstance(body, str) else to_json(body)
    return {"statusCode": status, "headers": {"Content-Type": JSON, **(headers or {})}, "body": text}


def header(event: Mapping[str, Any], name: str) -> str:
    """A request header whatever its letter case, empty where there is none."""
    headers = event.get("headers") or {}
    return next((str(value) for key, value in headers.items() if key.lower() == name.lower()), "")


def echo_of(event: Mapping[str, Any], dialect: str | None) -> dict[str, str]:
    """The header that shows a vendor's client that it was really us who answered: as it came, none where none came."""
    api = DIALECTS[dialect].api if dialect else None
    echo = header(event, api.echo) if api and api.echo else ""
    return {api.echo: echo} if api and echo and echo.isprintable() else {}


def public_url(event: Mapping[str, Any], configured: str) -> str:
    """The hub's address: as configured, else as this request came in."""
    if configured:
        return configured
    context = event.get("requestContext") or {}
    return f"https://{context.get('domainName', '')}/{context.get('stage', '')}".rstrip("/")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
