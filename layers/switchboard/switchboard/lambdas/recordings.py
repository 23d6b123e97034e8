"""Streamed recordings in any dialect's API: who may have them, and conditional requests."""

from __future__ import annotations

from collections.abc import Callable

from switchboard.accounts.operators.model import AccountScope
from switchboard.bootstrap.accounts import account_states, count_requests, previous_token_key, token_key
from switchboard.kernel.authorization import scheme_and_credentials
from switchboard.lambdas.own_tokens import own_token
from switchboard.lambdas.streaming import Request
from switchboard.recordings.links import account_behind_link
from switchboard.recordings.serve import ConditionalHeaders


def asked_in(request: Request) -> ConditionalHeaders:
    """Return the range and the conditions in the headers of a request."""
    return ConditionalHeaders(request.header("range"), request.header("if-range"), request.header("if-none-match"))


def linked(link: str, call_id: str) -> str:
    """Return the account whose recording a link opens. Raises Unauthorized; Suspended if the account is not served."""
    account = account_behind_link(link, call_id, (token_key, previous_token_key))
    account_states().admit(account)
    count_requests()(account)
    return account


def listener_behind(authorization: str, behind: Callable[[str], str]) -> str:
    """Return the account whose recordings a token opens: an account's own token with the scope `read`.

    Every other token is the dialect's, and goes to `behind`. Raises Unauthorized, and Forbidden without the scope.
    """
    scheme, text = scheme_and_credentials(authorization)
    is_plain = scheme == "bearer" and "." not in text  # a signed token is the dialect's
    token = own_token(text, AccountScope.READ) if is_plain else None
    return token.account if token else behind(authorization)
