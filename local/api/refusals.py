"""The refusals of each API: shapes, and the statuses of each route."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from local.api.model import JSON, Operation
from local.api.schemas import reference
from switchboard.lambdas.rights import PREFIX
from switchboard.lambdas.routes import Route, dialect_of
from switchboard_client.answers.errors import CatoError, Error, KonturError, MegafonError, WebhookError
from switchboard_client.answers.vendors import VpbxMessage

SHAPES: dict[str | None, type] = {
    None: Error,
    "vpbx": VpbxMessage,
    "kontur": KonturError,
    "cato": CatoError,
    "megafon": MegafonError,
    "any": WebhookError,
}
OPEN = ("/version", "/console", "/openapi.json", "/reference", "/api/v1/doc")
MEANINGS = {
    400: "A field or a parameter is missing or wrong.",
    401: "The credentials are missing or wrong.",
    403: "The token lacks the scope of the route, or the account is suspended.",
    404: "There is no such object, or the caller may not see the object.",
    409: "The object exists already, or its state forbids the request.",
    413: "The body is over the limit.",
    415: "The route does not accept the media type of the body.",
    416: "The file does not have the range.",
    429: "Too many requests, or a limit of the account is reached. `Retry-After` names the wait, if there is one.",
    500: "A failure of the hub.",
    501: "This installation lacks a component for the request.",
    502: "A provider or PBX refused the request.",
    504: "A provider or PBX did not answer. The request may have taken effect.",
}
NAMES = {None: "hub", "vpbx": "vpbx", "kontur": "kontur", "cato": "cato", "megafon": "megafon", "any": "webhook"}
# Beginnings of paths whose refusals have another shape than that of the path's dialect.
BESIDE = {"/telephony/audio/": "cato", "/webhooks/{dialect_or_source}/{source}": "any"}


def shape_of(route: Route) -> type:
    """Return the shape of a route's refusals."""
    return SHAPES.get(_dialect(route), Error)


def _dialect(route: Route) -> str | None:
    """Return the name of the API whose shape a route's refusals have."""
    return next((name for path, name in BESIDE.items() if route.path.startswith(path)), dialect_of(route.path))


def refusals_of(route: Route, operation: Operation) -> dict[str, Any]:
    """Return the refusals of a route by status, and the shape of every other one."""
    kept = {str(status): _named(route, status) for status in sorted(set(_statuses(route, operation)))}
    return {name: one for name, one in kept.items() if int(name) not in operation.answers} | {
        "default": _named(route, None)
    }


def shared() -> dict[str, Any]:
    """Return the refusals of all APIs, as components."""
    found = {}
    for dialect, name in NAMES.items():
        for status in (None, *MEANINGS):
            said = MEANINGS[status] if status else "Any other refusal, in the same shape."
            schema = reference(SHAPES[dialect].__name__)
            found[_component(name, status)] = {"description": said, "content": {JSON: {"schema": schema}}}
    return found


def is_open(route: Route) -> bool:
    """Whether a route needs no credentials."""
    return any(route.path == one or route.path.startswith(f"{one}/") for one in OPEN)


def _statuses(route: Route, operation: Operation) -> Iterator[int]:
    if is_open(route):
        yield from (404, 429) if "{" in route.path else (429,)
        return
    yield from (401, 403, 429, 500)
    if operation.body or operation.query or "{" in route.path or route.path.startswith(PREFIX):
        yield from (400, 404)
    if operation.body or route.method == "POST":
        yield 413
    if operation.body and shape_of(route) is CatoError:
        yield 415
    yield from operation.refusals


def _named(route: Route, status: int | None) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{_component(NAMES.get(_dialect(route), 'hub'), status)}"}


def _component(name: str, status: int | None) -> str:
    return f"{name}-{HTTPStatus(status).phrase.lower().replace(' ', '-') if status else 'other'}"
