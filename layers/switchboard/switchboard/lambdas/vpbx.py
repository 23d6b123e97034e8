"""The API of IS.VPBX: authorisation by token, and errors in the dialect's form."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.dialects.vpbx.errors import refuse
from switchboard.lambdas.bodies import request_object
from switchboard.lambdas.http import Handler, answering
from switchboard.lambdas.rest import rest_api
from switchboard.lambdas.vpbx_requests import BODY_LIMIT, account_of_request

ACCOUNT = "account"


def vpbx_api() -> APIGatewayRestResolver:
    """Return a router for one function of the API."""
    return rest_api(refuse)


def vpbx_handler(app: APIGatewayRestResolver) -> Handler:
    """Return the function's handler, which requires an account's token."""

    def serve(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return app.resolve({**event, ACCOUNT: account_of_request(event)}, context)

    return answering(refuse, serve)


def account_of(app: APIGatewayRestResolver) -> str:
    """Return the account of the request's token."""
    return str(app.current_event.raw_event[ACCOUNT])


def body_of(app: APIGatewayRestResolver) -> dict[str, Any]:
    """Return the object of the request, also out of a body that is not quite JSON. Raises TooLarge or Invalid."""
    return request_object(app.current_event.raw_event, BODY_LIMIT)
