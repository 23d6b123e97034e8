"""The API of SP5000 CATO: whose token a request carries, and errors in its shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.accounts.model import Token
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import authenticator
from switchboard.dialects.cato.errors import refuse
from switchboard.dialects.cato.tokens import read_token
from switchboard.errors import Refused
from switchboard.lambdas.bodies import json_object
from switchboard.lambdas.http import Handler, Refuse, answering, header, rest_api

DIALECT = "cato"
BODY_LIMIT = 64 * 1024
TOKEN = "token"  # noqa: S105 - where a request's token is kept, once it is known to be good
ASKED = "asked"  # and the path that was asked for


def refusing(path: str) -> Refuse:
    """What words a refusal of a request to this path, with the time of now."""
    return lambda error: refuse(error, path, now())


def cato_api() -> APIGatewayRestResolver:
    """A router for one function of the API."""

    def refused(error: Refused) -> dict[str, Any]:
        return refusing(str(app.current_event.raw_event[ASKED]))(error)

    app = rest_api(refused)
    return app


def cato_handler(app: APIGatewayRestResolver) -> Handler:
    """The function's handler: nothing behind it is reached without an account's token."""

    def serve(event: dict[str, Any], context: Any) -> dict[str, Any]:
        asked = str(event.get("path") or "/")

        def behind(event: dict[str, Any], context: Any) -> dict[str, Any]:
            token = token_behind(header(event, "Authorization"))
            return app.resolve({**event, "path": routed(event), ASKED: asked, TOKEN: token}, context)

        return answering(refusing(asked), behind)(event, context)

    return serve


def routed(event: Mapping[str, Any]) -> str:
    """The path as the router knows it: a name in it may be any, and the router takes some characters only."""
    path = str(event.get("resource") or event.get("path"))
    for name, value in (event.get("pathParameters") or {}).items():
        path = path.replace(f"{{{name}}}", quote(unquote(str(value)), safe=""))
    return path


def token_behind(authorization: str) -> Token:
    """The token that a header carries; Unauthorized where it is none of this API's."""
    return authenticator().token_of(read_token(authorization), DIALECT)


def token_of(app: APIGatewayRestResolver) -> Token:
    """The token that the request carries: its account, and the name that stands for the user."""
    token: Token = app.current_event.raw_event[TOKEN]
    return token


def account_of(app: APIGatewayRestResolver) -> str:
    """The account whose token the request carries."""
    return token_of(app).account


def body_of(app: APIGatewayRestResolver, limit: int = BODY_LIMIT) -> dict[str, Any]:
    """The JSON object of the request."""
    return json_object(app.current_event.raw_event, limit)


def path_of(app: APIGatewayRestResolver, name: str) -> str:
    """A parameter of the path, as it was meant."""
    return unquote(str((app.current_event.raw_event.get("pathParameters") or {}).get(name) or ""))


def query_of(app: APIGatewayRestResolver) -> Mapping[str, str]:
    """The query; of a name that stands there twice the last."""
    found: Mapping[str, str] = app.current_event.raw_event.get("queryStringParameters") or {}
    return found
