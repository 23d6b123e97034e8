"""The operator's API: authorisation by a token and its scope, and parameters of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.accounts.model import Account, Source
from switchboard.accounts.sources import require_source
from switchboard.bootstrap.adapters import accounts, sources
from switchboard.dialects.refusals import refuse
from switchboard.errors import Invalid, NotFound
from switchboard.lambdas.audit import recorded
from switchboard.lambdas.bodies import json_object
from switchboard.lambdas.callers import (
    ACCOUNT,
    NO_ACCOUNT,
    asked_by,
    caller,
    caller_behind,
    check_reach,
    narrowed,
    note_account,
    with_account,
)
from switchboard.lambdas.http import Handler, answering
from switchboard.lambdas.known_names import IN_BODY, check_names
from switchboard.lambdas.rest import rest_api
from switchboard.lambdas.rights import check_right
from switchboard.paging import page_of

T = TypeVar("T")

BODY_LIMIT = 64 * 1024
PAGE, LARGEST_PAGE = 50, 200
LONGEST_CURSOR = 4096
LONGEST_ID = 18  # digits


def operator_api() -> APIGatewayRestResolver:
    """Return a router for one function of the operator's API."""
    return rest_api(refuse)


def operator_handler(app: APIGatewayRestResolver) -> Handler:
    """Return the function's handler: it requires a token with the route's scope, and records changes."""

    def serve(event: dict[str, Any], context: Any) -> dict[str, Any]:
        with asked_by(caller_behind(event)):
            check_right(caller(), route_of(event))
            check_names(event)
            return recorded(app, narrowed(event), context)

    return answering(refuse, serve)


def route_of(event: Mapping[str, Any]) -> str:
    """Return method and path of a request's route, as the table of routes writes them."""
    return f"{event.get('httpMethod')} {event.get('resource')}"


def body_of(app: APIGatewayRestResolver) -> dict[str, Any]:
    """Return the JSON object of the request, with the account of a caller that has only one.

    Raises TooLarge or Invalid, and NotFound for an account out of the caller's reach.
    """
    event = app.current_event.raw_event
    return with_account(json_object(event, BODY_LIMIT), takes=route_of(event) in IN_BODY)


def optional_body_of(app: APIGatewayRestResolver) -> dict[str, Any]:
    """Return the JSON object of the request, `{}` without a body."""
    return body_of(app) if app.current_event.raw_event.get("body") else {}


def query_of(app: APIGatewayRestResolver) -> dict[str, str]:
    """Return the parameters of the query string, without empty values."""
    return {name: value for name, value in (app.current_event.query_string_parameters or {}).items() if value}


def account_in(query: Mapping[str, str]) -> Account:
    """Return the account in `?account`.

    Raises Invalid without the parameter, NotFound for an account that is unknown or out of reach.
    """
    if ACCOUNT not in query:
        raise Invalid("Name an account.", ACCOUNT)
    check_reach(query[ACCOUNT])
    account = accounts().get(query[ACCOUNT])
    if account is None:
        raise NotFound(NO_ACCOUNT, ACCOUNT)
    note_account(account.id)
    return account


def accounts_in(query: Mapping[str, str]) -> list[str]:
    """Return the ids of the accounts of a request: the one in `?account`, else all in the caller's reach."""
    if ACCOUNT in query:
        return [account_in(query).id]
    return [account.id for account in all_accounts()]


def all_accounts() -> list[Account]:
    """Return every account in the caller's reach, by id."""
    return [account for account in accounts().all() if caller().reaches(account.id)]


def source_at(source_id: str) -> Source:
    """Return the source of this id. Raises NotFound for a source that is unknown or of an account out of reach."""
    found = require_source(source_id, sources())
    check_reach(found.account, "There is no such source.", "source")
    note_account(found.account)
    return found


def page_in(query: Mapping[str, str]) -> tuple[int, str | None]:
    """Return `?limit` (1 to 200) and `?cursor`. Raises Invalid with the wrong parameter."""
    limit = query.get("limit", str(PAGE))
    if not limit.isdecimal() or len(limit) > len(str(LARGEST_PAGE)) or not 1 <= int(limit) <= LARGEST_PAGE:
        raise Invalid(f"It must be a number from 1 to {LARGEST_PAGE}.", "limit")
    cursor = query.get("cursor")
    if cursor is not None and len(cursor) > LONGEST_CURSOR:
        raise Invalid("This is not a cursor of this list.", "cursor")
    return int(limit), cursor


def page_of_all(
    app: APIGatewayRestResolver, entries: Iterable[T], key: Callable[[T], str], *, descending: bool = False
) -> tuple[list[T], str | None]:
    """Return the page of a whole list that a request asks for, and the next cursor. Raises Invalid."""
    return page_of(entries, *page_in(query_of(app)), key, descending=descending)


def whole_id(text: str, called: str) -> int:
    """Return a numeric id of the path. Raises NotFound for any other text."""
    if not text.isdecimal() or len(text) > LONGEST_ID:
        raise NotFound(f"There is no such {called}.", called)
    return int(text)
