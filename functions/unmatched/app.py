"""Paths and methods without a route: 404 or 405, in the form of the path's dialect."""

from typing import Any

from switchboard.errors import MethodNotAllowed, NotFound, Refused
from switchboard.lambdas.http import answer, echo_of
from switchboard.lambdas.refusing import refusing_at
from switchboard.lambdas.routes import dialect_of, methods_of


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Answer 404 for an unknown path, 405 with `Allow` for a known path. HEAD gets no body."""
    path, method = event.get("path") or "/", event.get("httpMethod")
    error, headers = _refusal(methods_of(path), method)
    body = "" if method == "HEAD" else refusing_at(path)(error)
    return answer(error.status, body, {**headers, **echo_of(event, dialect_of(path))})


def _refusal(methods: tuple[str, ...], method: str | None) -> tuple[Refused, dict[str, str]]:
    if not methods or method in methods:
        return NotFound("There is nothing at this path."), {}
    allowed = ", ".join(methods)
    return MethodNotAllowed(f"This path takes {allowed}."), {"Allow": allowed}
