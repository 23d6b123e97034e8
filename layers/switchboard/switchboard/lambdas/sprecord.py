"""The API of SpRecord: whose token a request carries, and errors in its shape."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.bootstrap.accounts import authenticator
from switchboard.dialects.refusals import refuse
from switchboard.errors import Unauthorized
from switchboard.lambdas.bodies import json_object
from switchboard.lambdas.http import Handler, answering, header, rest_api

BODY_LIMIT = 64 * 1024
DIALECT = "sprecord"
ACCOUNT = "account"
BEARER = "bearer"


def sprecord_api() -> APIGatewayRestResolver:
    """A router for one function of the API."""
    return rest_api(refuse)


def sprecord_handler(app: APIGatewayRestResolver) -> Handler:
    """The function's handler: nothing behind it is reached without an account's token."""

    def serve(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return app.resolve({**event, ACCOUNT: account_behind(header(event, "Authorization"))}, context)

    return answering(refuse, serve)


def account_behind(authorization: str) -> str:
    """The account whose token a header carries, in the scheme Bearer; Unauthorized where it is none."""
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != BEARER or not token.strip():
        raise Unauthorized("Show a token: Authorization: Bearer <token>.")
    return authenticator().account_of(token.strip(), DIALECT)


def account_of(app: APIGatewayRestResolver) -> str:
    """The account whose token the request carries."""
    return str(app.current_event.raw_event[ACCOUNT])


def body_of(app: APIGatewayRestResolver) -> dict[str, Any]:
    """The JSON object of the request."""
    return json_object(app.current_event.raw_event, BODY_LIMIT)
