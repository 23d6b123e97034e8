"""The credentials of each API, and the scopes of each route."""

from __future__ import annotations

from typing import Any

from switchboard.lambdas.kontur import ACCESS_KEY
from switchboard.lambdas.rights import PREFIX, RIGHTS
from switchboard.lambdas.routes import Route, dialect_of

SCHEMES: dict[str, Any] = {
    "operator": {"type": "http", "scheme": "bearer", "description": "The token of an operator."},
    "account": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of the kind `account`, for its account alone.",
    },
    "vpbx": {"type": "http", "scheme": "bearer", "description": "A token of the kind `vpbx`."},
    "sprecord": {"type": "http", "scheme": "bearer", "description": "A token of the kind `sprecord`."},
    "megafon": {"type": "apiKey", "in": "header", "name": "X-API-KEY", "description": "A token of the kind `megafon`."},
    "ticket": {
        "type": "apiKey",
        "in": "query",
        "name": "ticket",
        "description": "A ticket of `POST /sys/events/ticket`.",
    },
    "kontur": {"type": "apiKey", "in": "header", "name": ACCESS_KEY, "description": "The access key of the workspace."},
    "cato": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Bearer plain:<token>`, with a token of the kind `cato`.",
    },
    "source_login": {"type": "http", "scheme": "basic", "description": "The credentials of the source, if it has any."},
    "source_token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The credentials of the source, if it has any.",
    },
}
STREAM = "/sys/events"


def security_of(route: Route) -> list[dict[str, list[str]]]:
    """Return the credentials that open a route; each entry is enough."""
    if route.path.startswith(PREFIX):
        both = RIGHTS[route.name].account
        return [{"operator": []}, {"account": []}] if both else [{"operator": []}]
    if route.path.startswith("/webhooks/"):
        return [{}, {"source_login": []}, {"source_token": []}]
    if route.path.startswith(("/telephony/", "/crm/")):  # their secrets are in path or body
        return [{}]
    dialect = str(dialect_of(route.path))
    return [{dialect: []}, {"ticket": []}] if route.path == STREAM else [{dialect: []}]


def rights_of(route: Route) -> str:
    """Return the sentence about the scopes that a route of the operator's API needs; empty for other routes."""
    right = RIGHTS.get(route.name)
    if right is None:
        return ""
    own = f", an account's token `{right.account}`" if right.account else "; no account's token may send the request"
    return f"An operator needs the scope `{right.operator}`{own}."
