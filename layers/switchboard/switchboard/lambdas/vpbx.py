"""The API of IS.VPBX: authorisation by token, and errors in the dialect's form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from switchboard.bootstrap.accounts import authenticator, token_key
from switchboard.dialects.vpbx.errors import refuse
from switchboard.dialects.vpbx.tokens import read_token
from switchboard.lambdas.bodies import request_object
from switchboard.lambdas.http import JSON, Handler, answering, header, rest_api

BODY_LIMIT = 64 * 1024
DIALECT = "vpbx"
ACCOUNT = "account"


def vpbx_api() -> APIGatewayRestResolver:
    """Return a router for one function of the API."""
    return rest_api(refuse)


def vpbx_handler(app: APIGatewayRestResolver) -> Handler:
    """Return the function's handler, which requires an account's token."""

    def serve(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return app.resolve({**event, ACCOUNT: account_behind(header(event, "Authorization"))}, context)

    return answering(refuse, serve)


def account_behind(authorization: str) -> str:
    """Return the account of the token in a header. Raises Unauthorized."""
    return authenticator().account_of(read_token(authorization, token_key()), DIALECT)


def account_of(app: APIGatewayRestResolver) -> str:
    """Return the account of the request's token."""
    return str(app.current_event.raw_event[ACCOUNT])


def answered(body: Mapping[str, Any], headers: Mapping[str, str]) -> Response[str]:
    """Return an answer 200 with headers of the hub's own."""
    return Response(200, JSON, json.dumps(body), dict(headers))


def body_of(app: APIGatewayRestResolver) -> dict[str, Any]:
    """Return the object of the request, also out of a body that is not quite JSON. Raises TooLarge or Invalid."""
    return request_object(app.current_event.raw_event, BODY_LIMIT)
