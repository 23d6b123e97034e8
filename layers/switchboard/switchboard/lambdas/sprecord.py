"""The API of SpRecord: authorisation by token, and errors in the dialect's form."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.accounts.model import Token
from switchboard.bootstrap.accounts import authenticator
from switchboard.dialects.refusals import refuse
from switchboard.errors import Unauthorized
from switchboard.kernel.authorization import scheme_and_credentials
from switchboard.lambdas.bodies import request_object
from switchboard.lambdas.http import Handler, answering, header
from switchboard.lambdas.logins import address_of, counting_refusals, route_in
from switchboard.lambdas.rest import rest_api

BODY_LIMIT = 64 * 1024
DIALECT = "sprecord"
TOKEN = "token"  # noqa: S105 - the event's key for the checked token
BEARER = "bearer"


def sprecord_api() -> APIGatewayRestResolver:
    """Return a router for one function of the API."""
    return rest_api(refuse)


def sprecord_handler(app: APIGatewayRestResolver) -> Handler:
    """Return the function's handler, which requires an account's token."""

    def serve(event: dict[str, Any], context: Any) -> dict[str, Any]:
        shown = header(event, "Authorization")
        with counting_refusals(shown, address_of(event), route_in(event)):
            token = token_behind(shown)
        return app.resolve({**event, TOKEN: token}, context)

    return answering(refuse, serve)


def token_behind(authorization: str) -> Token:
    """Return the token in a header `Authorization: Bearer`. Raises Unauthorized."""
    scheme, token = scheme_and_credentials(authorization)
    if scheme != BEARER or not token:
        raise Unauthorized("Send a token: Authorization: Bearer <token>.")
    return authenticator().token_of(token, DIALECT)


def account_behind(authorization: str) -> str:
    """Return the account of the token in a header. Raises Unauthorized."""
    return token_behind(authorization).account


def token_of(app: APIGatewayRestResolver) -> Token:
    """Return the request's token."""
    token: Token = app.current_event.raw_event[TOKEN]
    return token


def account_of(app: APIGatewayRestResolver) -> str:
    """Return the account of the request's token."""
    return token_of(app).account


def body_of(app: APIGatewayRestResolver) -> dict[str, Any]:
    """Return the object of the request, also out of a body that is not quite JSON. Raises TooLarge or Invalid."""
    return request_object(app.current_event.raw_event, BODY_LIMIT)
