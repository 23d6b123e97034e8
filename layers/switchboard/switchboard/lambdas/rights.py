"""The scope that each route of the operator's API needs: of an operator's token, and of an account's own token.

The check of requests, docs/routes.md and the tests read this table. A route without a line is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.accounts.operators.model import AccountScope as Own
from switchboard.accounts.operators.model import Caller, OperatorScope
from switchboard.errors import Forbidden

READ, OPERATE, ACCOUNTS, TOKENS = OperatorScope
PREFIX = "/admin/"


@dataclass(frozen=True, slots=True)
class Right:
    """The scopes of a route. Without `account` the route is for operators alone."""

    operator: OperatorScope
    account: Own | None = None


RIGHTS: dict[str, Right] = {
    "GET /admin/accounts": Right(READ, Own.READ),
    "POST /admin/accounts": Right(ACCOUNTS),
    "GET /admin/accounts/{account}": Right(READ, Own.READ),
    "PATCH /admin/accounts/{account}": Right(ACCOUNTS),
    "DELETE /admin/accounts/{account}": Right(ACCOUNTS),
    "POST /admin/accounts/{account}/erase": Right(ACCOUNTS, Own.MANAGE),
    "GET /admin/erasures": Right(READ, Own.MANAGE),
    "GET /admin/erasures/{erasure}": Right(READ, Own.MANAGE),
    "GET /admin/operators": Right(TOKENS),
    "POST /admin/operators": Right(TOKENS),
    "GET /admin/operators/{operator}": Right(TOKENS),
    "DELETE /admin/operators/{operator}": Right(TOKENS),
    "POST /admin/operators/{operator}/enable": Right(TOKENS),
    "GET /admin/audit": Right(READ, Own.MANAGE),
    "GET /admin/tokens": Right(READ, Own.MANAGE),
    "POST /admin/tokens": Right(TOKENS, Own.MANAGE),
    "DELETE /admin/tokens/{token}": Right(TOKENS, Own.MANAGE),
    "GET /admin/extensions": Right(READ, Own.READ),
    "POST /admin/extensions": Right(OPERATE, Own.MANAGE),
    "DELETE /admin/extensions/{number}": Right(OPERATE, Own.MANAGE),
    # The address of a source may be its only credential.
    "GET /admin/sources": Right(READ, Own.MANAGE),
    "POST /admin/sources": Right(OPERATE, Own.MANAGE),
    "GET /admin/sources/{source}": Right(READ, Own.MANAGE),
    "PATCH /admin/sources/{source}": Right(OPERATE, Own.MANAGE),
    "DELETE /admin/sources/{source}": Right(OPERATE, Own.MANAGE),
    "GET /admin/sources/{source}/events": Right(READ, Own.MANAGE),
    "GET /admin/sources/{source}/refused": Right(READ, Own.MANAGE),
    "POST /admin/sources/{source}/connect": Right(OPERATE, Own.MANAGE),
    "POST /admin/sources/{source}/check": Right(OPERATE, Own.MANAGE),
    "POST /admin/sources/{source}/disconnect": Right(OPERATE, Own.MANAGE),
    "GET /admin/accounts/{account}/routing": Right(READ, Own.READ),
    "PUT /admin/accounts/{account}/routing": Right(OPERATE, Own.MANAGE),
    "DELETE /admin/accounts/{account}/routing": Right(OPERATE, Own.MANAGE),
    "GET /admin/calls": Right(READ, Own.READ),
    "GET /admin/calls/{call}": Right(READ, Own.READ),
    "GET /admin/explain": Right(READ, Own.RECEIVE),
    "POST /admin/calls": Right(OPERATE, Own.CALL),
    "POST /admin/calls/{call}/hangup": Right(OPERATE, Own.CALL),
    "POST /admin/calls/{call}/redirect": Right(OPERATE, Own.CALL),
    "GET /admin/commands": Right(READ, Own.CALL),
    "GET /admin/commands/{command}": Right(READ, Own.CALL),
    "GET /admin/accounts/{account}/telephony": Right(READ, Own.MANAGE),
    "PUT /admin/accounts/{account}/telephony": Right(OPERATE, Own.MANAGE),
    "DELETE /admin/accounts/{account}/telephony": Right(OPERATE, Own.MANAGE),
    "POST /admin/accounts/{account}/telephony/check": Right(OPERATE, Own.MANAGE),
    "GET /admin/recordings": Right(READ, Own.READ),
    "GET /admin/recordings/{recording}": Right(READ, Own.READ),
    "DELETE /admin/recordings/{recording}": Right(OPERATE, Own.MANAGE),
    "POST /admin/recordings/{recording}/retry": Right(OPERATE, Own.MANAGE),
    "GET /admin/subscriptions": Right(READ, Own.RECEIVE),
    "PATCH /admin/subscriptions/{subscription}": Right(OPERATE, Own.RECEIVE),
    "POST /admin/subscriptions/{subscription}/secret": Right(OPERATE, Own.RECEIVE),
    "GET /admin/destinations": Right(READ, Own.RECEIVE),
    "POST /admin/destinations": Right(OPERATE, Own.RECEIVE),
    "GET /admin/destinations/{destination}": Right(READ, Own.RECEIVE),
    "PATCH /admin/destinations/{destination}": Right(OPERATE, Own.RECEIVE),
    "DELETE /admin/destinations/{destination}": Right(OPERATE, Own.RECEIVE),
    "POST /admin/destinations/{destination}/secret": Right(OPERATE, Own.RECEIVE),
    "POST /admin/destinations/{destination}/test": Right(OPERATE, Own.RECEIVE),
    "GET /admin/connectors": Right(READ, Own.MANAGE),
    "POST /admin/connectors": Right(OPERATE, Own.MANAGE),
    "GET /admin/connectors/{connector}": Right(READ, Own.MANAGE),
    "PATCH /admin/connectors/{connector}": Right(OPERATE, Own.MANAGE),
    "DELETE /admin/connectors/{connector}": Right(OPERATE, Own.MANAGE),
    "GET /admin/connectors/{connector}/authorisation": Right(READ, Own.MANAGE),
    "PUT /admin/connectors/{connector}/authorisation": Right(OPERATE, Own.MANAGE),
    "GET /admin/deliveries": Right(READ, Own.RECEIVE),
    "GET /admin/deliveries/{delivery}": Right(READ, Own.RECEIVE),
    "POST /admin/deliveries/replay": Right(OPERATE, Own.RECEIVE),
    "POST /admin/deliveries/{delivery}/replay": Right(OPERATE, Own.RECEIVE),
    "GET /admin/replays": Right(READ, Own.RECEIVE),
    "GET /admin/replays/{replay}": Right(READ, Own.RECEIVE),
    "POST /admin/replays/{replay}/stop": Right(OPERATE, Own.RECEIVE),
    "GET /admin/endpoints": Right(READ, Own.RECEIVE),
    "GET /admin/endpoints/{endpoint}": Right(READ, Own.RECEIVE),
    "PATCH /admin/endpoints/{endpoint}": Right(OPERATE, Own.RECEIVE),
    "POST /admin/endpoints/{endpoint}/try": Right(OPERATE, Own.RECEIVE),
    "POST /admin/endpoints/{endpoint}/pause": Right(OPERATE, Own.RECEIVE),
    "POST /admin/endpoints/{endpoint}/resume": Right(OPERATE, Own.RECEIVE),
    "GET /admin/accounts/{account}/campaigns": Right(READ, Own.CAMPAIGN),
    "PUT /admin/accounts/{account}/campaigns": Right(OPERATE, Own.CAMPAIGN),
    "GET /admin/accounts/{account}/do-not-call": Right(READ, Own.CAMPAIGN),
    "PUT /admin/accounts/{account}/do-not-call": Right(OPERATE, Own.CAMPAIGN),
    "GET /admin/accounts/{account}/do-not-call/{number}": Right(READ, Own.CAMPAIGN),
    "PUT /admin/accounts/{account}/do-not-call/{number}": Right(OPERATE, Own.CAMPAIGN),
    "DELETE /admin/accounts/{account}/do-not-call/{number}": Right(OPERATE, Own.CAMPAIGN),
}


def needed_scope(route: str, *, of_account: bool) -> str | None:
    """Return the scope that a route needs of an operator or of an account's token, None if no such token may."""
    right = RIGHTS.get(route)
    if right is None:
        return None
    return right.account if of_account else right.operator


def check_right(caller: Caller, route: str) -> None:
    """Raise Forbidden unless the caller has the route's scope."""
    needed = needed_scope(route, of_account=bool(caller.owner))
    if needed is None:
        raise Forbidden("This route is for operators.")
    if needed not in caller.scopes:
        raise Forbidden(f"The token lacks the scope {needed}.")
