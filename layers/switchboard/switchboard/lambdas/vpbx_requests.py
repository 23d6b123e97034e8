"""Requests to the API of IS.VPBX: their token and the limit of their bodies."""

from __future__ import annotations

from switchboard.bootstrap.accounts import authenticator, previous_token_key, token_key
from switchboard.dialects.vpbx.tokens import read_token

BODY_LIMIT = 64 * 1024
DIALECT = "vpbx"


def account_behind(authorization: str) -> str:
    """Return the account of the token in a header. Raises Unauthorized."""
    return authenticator().account_of(read_token(authorization, token_key(), previous_token_key), DIALECT)
