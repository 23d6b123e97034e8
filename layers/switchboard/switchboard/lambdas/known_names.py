"""The names that a request of the operator's API may have in its query, and the routes that take no body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.contracts import unknown_name
from switchboard.errors import NotFound
from switchboard.lambdas.bodies import json_object
from switchboard.lambdas.queries import check_flags

PAGE = ("account", "limit", "cursor")
# The parameters of a route that has others than `account`; of a route with pages, all.
QUERIES: dict[str, tuple[str, ...]] = {
    "DELETE /admin/accounts/{account}": ("account", "dry_run"),
    "PUT /admin/accounts/{account}/do-not-call": ("account", "skipInvalid", "encoding", "columns", "sheet"),
    "GET /admin/audit": (*PAGE, "actor", "action", "since", "until", "format"),
    "GET /admin/calls": (*PAGE, "number", "state", "since", "until"),
    "GET /admin/explain": ("account", "number", "call", "at", "within"),
    "GET /admin/deliveries": (*PAGE, "state"),
    "GET /admin/sources": (*PAGE, "activity"),
    "GET /admin/recordings": (*PAGE, "state", "call"),
}
# Routes that are about no account, or make one.
WITHOUT_ACCOUNT = (
    "/admin/accounts",
    "/admin/operators",
    "/admin/operators/{operator}",
    "/admin/operators/{operator}/enable",
)
BODY_LIMIT = 64 * 1024
# Routes of the methods POST and PUT that take no body.
BODYLESS = (
    "POST /admin/accounts/{account}/telephony/check",
    "POST /admin/calls/{call}/hangup",
    "POST /admin/deliveries/{delivery}/replay",
    "POST /admin/destinations/{destination}/secret",
    "POST /admin/destinations/{destination}/test",
    "POST /admin/endpoints/{endpoint}/pause",
    "POST /admin/endpoints/{endpoint}/resume",
    "POST /admin/endpoints/{endpoint}/try",
    "POST /admin/operators/{operator}/enable",
    "POST /admin/recordings/{recording}/retry",
    "POST /admin/replays/{replay}/stop",
    "POST /admin/subscriptions/{subscription}/secret",
)

# Routes whose body names the account.
IN_BODY = (
    "POST /admin/tokens",
    "POST /admin/extensions",
    "POST /admin/sources",
    "POST /admin/destinations",
    "POST /admin/connectors",
    "POST /admin/calls",
    "POST /admin/deliveries/replay",
)


def known_in_query(method: str, path: str) -> tuple[str, ...]:
    """Return the parameters that a route takes in its query."""
    known = QUERIES.get(f"{method} {path}", PAGE if method == "GET" else ("account",))
    return tuple(name for name in known if name != "account") if path in WITHOUT_ACCOUNT else known


def check_names(event: Mapping[str, Any]) -> None:
    """Raise Invalid for an unknown parameter of the query, or for a field in the body of a route that takes none.

    Raises Invalid for a flag that is no flag, and NotFound for an account beside another account in the path.
    """
    method, route = str(event.get("httpMethod")), f"{event.get('httpMethod')} {event.get('resource')}"
    known, query = known_in_query(method, str(event.get("resource"))), _query_of(event)
    for name in query:
        if name not in known:
            raise unknown_name((name,), known, "parameter")
    check_flags(query)
    in_path = (event.get("pathParameters") or {}).get("account")
    if in_path and query.get("account") not in ("", None, in_path):
        raise NotFound("There is no such account.", "account")
    if event.get("body") and route in BODYLESS:
        for name in json_object(event, BODY_LIMIT):
            raise unknown_name((name,), ())


def _query_of(event: Mapping[str, Any]) -> Mapping[str, str]:
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    return query
