"""The operator's API: authorisation by the operator's token, and parameters of requests."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.accounts.model import Account
from switchboard.bootstrap.accounts import operator_token
from switchboard.bootstrap.adapters import accounts
from switchboard.dialects.refusals import refuse
from switchboard.errors import Invalid, NotFound, Unauthorized
from switchboard.kernel.authorization import scheme_and_credentials
from switchboard.lambdas.bodies import json_object
from switchboard.lambdas.http import Handler, answering, header
from switchboard.lambdas.known_names import check_names
from switchboard.lambdas.rest import rest_api

BODY_LIMIT = 64 * 1024
PAGE, LARGEST_PAGE = 50, 200
LONGEST_CURSOR = 4096
LONGEST_ID = 18  # digits


def operator_api() -> APIGatewayRestResolver:
    """Return a router for one function of the operator's API."""
    return rest_api(refuse)


def operator_handler(app: APIGatewayRestResolver) -> Handler:
    """Return the function's handler, which requires the operator's token."""

    def serve(event: dict[str, Any], context: Any) -> dict[str, Any]:
        _check_operator(header(event, "Authorization"))
        check_names(event)
        return app.resolve(event, context)

    return answering(refuse, serve)


def body_of(app: APIGatewayRestResolver) -> dict[str, Any]:
    """Return the JSON object of the request. Raises TooLarge or Invalid."""
    return json_object(app.current_event.raw_event, BODY_LIMIT)


def optional_body_of(app: APIGatewayRestResolver) -> dict[str, Any]:
    """Return the JSON object of the request, `{}` without a body."""
    return body_of(app) if app.current_event.raw_event.get("body") else {}


def query_of(app: APIGatewayRestResolver) -> dict[str, str]:
    """Return the parameters of the query string, without empty values."""
    return {name: value for name, value in (app.current_event.query_string_parameters or {}).items() if value}


def account_in(query: Mapping[str, str]) -> Account:
    """Return the account in `?account`. Raises Invalid without the parameter, NotFound for an unknown account."""
    if "account" not in query:
        raise Invalid("Name an account.", "account")
    account = accounts().get(query["account"])
    if account is None:
        raise NotFound("There is no such account.", "account")
    return account


def accounts_in(query: Mapping[str, str]) -> list[str]:
    """Return the ids of the accounts of a request: the one in `?account`, else all."""
    if "account" in query:
        return [account_in(query).id]
    return [account.id for account in accounts().all()]


def page_in(query: Mapping[str, str]) -> tuple[int, str | None]:
    """Return `?limit` (1 to 200) and `?cursor`. Raises Invalid with the wrong parameter."""
    limit = query.get("limit", str(PAGE))
    if not limit.isdecimal() or len(limit) > len(str(LARGEST_PAGE)) or not 1 <= int(limit) <= LARGEST_PAGE:
        raise Invalid(f"It must be a number from 1 to {LARGEST_PAGE}.", "limit")
    cursor = query.get("cursor")
    if cursor is not None and len(cursor) > LONGEST_CURSOR:
        raise Invalid("This is not a cursor of this list.", "cursor")
    return int(limit), cursor


def whole_id(text: str, called: str) -> int:
    """Return a numeric id of the path. Raises NotFound for any other text."""
    if not text.isdecimal() or len(text) > LONGEST_ID:
        raise NotFound(f"There is no such {called}.", called)
    return int(text)


def _check_operator(authorization: str) -> None:
    scheme, token = scheme_and_credentials(authorization)
    expected = operator_token()
    if scheme != "bearer" or not hmac.compare_digest(token.encode(), expected.encode()):
        raise Unauthorized("The operator's token is missing or wrong: send Authorization: Bearer <token>.")
