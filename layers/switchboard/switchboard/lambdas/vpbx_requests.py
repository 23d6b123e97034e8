"""Requests to the API of IS.VPBX: their token and the limit of their bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.bootstrap.accounts import authenticator, previous_token_key, token_key
from switchboard.dialects.vpbx.tokens import read_token
from switchboard.lambdas.http import header
from switchboard.lambdas.logins import address_of, counting_refusals, route_in

BODY_LIMIT = 64 * 1024
DIALECT = "vpbx"


def account_behind(authorization: str) -> str:
    """Return the account of the token in a header. Raises Unauthorized."""
    return authenticator().account_of(read_token(authorization, token_key(), previous_token_key), DIALECT)


def account_of_request(event: Mapping[str, Any]) -> str:
    """Return the account of the token in a request. Raises Unauthorized, and HeldOff after many of an address."""
    shown = header(event, "Authorization")
    with counting_refusals(shown, address_of(event), route_in(event)):
        return account_behind(shown)
