"""The API of SP5000 CATO: authentication by token, routing, and errors in CATO's shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.accounts.model import Token
from switchboard.accounts.operators.model import AccountScope
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import authenticator
from switchboard.dialects.cato.errors import refuse
from switchboard.dialects.cato.tokens import check_right, read_token
from switchboard.errors import Refused
from switchboard.kernel.authorization import scheme_and_credentials
from switchboard.lambdas.bodies import json_object
from switchboard.lambdas.http import Handler, Refuse, answering, header, path_text
from switchboard.lambdas.logins import address_of, counting_refusals, route_in
from switchboard.lambdas.own_tokens import own_token
from switchboard.lambdas.queries import check_flags
from switchboard.lambdas.rest import rest_api

DIALECT = "cato"
BODY_LIMIT = 64 * 1024
TOKEN = "token"  # noqa: S105 - the event's key for the checked token
ASKED = "asked"  # the event's key for the requested path


def refusing(path: str) -> Refuse:
    """Return the function that renders refusals of a request to this path, with the current time."""
    return lambda error: refuse(error, path, now())


def cato_api() -> APIGatewayRestResolver:
    """Return a router for one function of the API."""

    def refused(error: Refused) -> dict[str, Any]:
        return refusing(str(app.current_event.raw_event[ASKED]))(error)

    app = rest_api(refused)
    return app


def cato_handler(app: APIGatewayRestResolver) -> Handler:
    """Return the function's handler, which requires an account's token for every request."""

    def serve(event: dict[str, Any], context: Any) -> dict[str, Any]:
        asked = str(event.get("path") or "/")

        def behind(event: dict[str, Any], context: Any) -> dict[str, Any]:
            shown = header(event, "Authorization")
            with counting_refusals(shown, address_of(event), route_in(event)):
                token = token_behind(shown)
            check_right(token.scopes, str(event.get("httpMethod")), str(event.get("resource")))
            check_flags(event.get("queryStringParameters") or {})
            return app.resolve({**event, "path": routed(event), ASKED: asked, TOKEN: token}, context)

        return answering(refusing(asked), behind)(event, context)

    return serve


def routed(event: Mapping[str, Any]) -> str:
    """Return the path for the router, with its parameters quoted: the router accepts some characters only."""
    path = str(event.get("resource") or event.get("path"))
    for name in event.get("pathParameters") or {}:
        path = path.replace(f"{{{name}}}", quote(path_text(event, name), safe=""))
    return path


def token_behind(authorization: str) -> Token:
    """Return the token in an `Authorization` header. Raises Unauthorized unless the token is for this API.

    An account's own token with the scope `campaign` has every right here, also as `Bearer <token>`. Raises Forbidden
    for an own token without the scope.
    """
    scheme, text = scheme_and_credentials(authorization)
    is_bare = scheme == "bearer" and ":" not in text
    own = own_token(text if is_bare else read_token(authorization), AccountScope.CAMPAIGN)
    if own is not None:
        return replace(own, scopes=())
    return authenticator().token_of(read_token(authorization), DIALECT)


def token_of(app: APIGatewayRestResolver) -> Token:
    """Return the request's token, with the account and the default user id (`name`)."""
    token: Token = app.current_event.raw_event[TOKEN]
    return token


def account_of(app: APIGatewayRestResolver) -> str:
    """Return the account of the request's token."""
    return token_of(app).account


def body_of(app: APIGatewayRestResolver, limit: int = BODY_LIMIT) -> dict[str, Any]:
    """Return the JSON object in the body. Raises Invalid and TooLarge."""
    return json_object(app.current_event.raw_event, limit)


def path_of(app: APIGatewayRestResolver, name: str) -> str:
    """Return a parameter of the path, unquoted."""
    return path_text(app.current_event.raw_event, name)


def query_of(app: APIGatewayRestResolver) -> Mapping[str, str]:
    """Return the query's parameters; of a repeated name the last value."""
    found: Mapping[str, str] = app.current_event.raw_event.get("queryStringParameters") or {}
    return found
