"""One function for the APIs of several vendors: those whose requests need the same grants."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from switchboard.lambdas.http import Handler
from switchboard.lambdas.logins import route_in
from switchboard.lambdas.routes import dialect_of


def shared(own: Handler, dialect: str) -> Handler:
    """Return a handler of `dialect` by `own`, and of another vendor by the `handler` of its module in `lambdas`."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        asked = dialect_of(route_in(event)) or dialect
        if asked == dialect:
            return own(event, context)
        other: Handler = import_module(f"switchboard.lambdas.{asked}").handler
        return other(event, context)

    return handler
