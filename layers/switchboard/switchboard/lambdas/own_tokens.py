"""Accounts' own tokens at the vendors' APIs: what a scope opens there."""

from __future__ import annotations

from switchboard.accounts.model import Token
from switchboard.accounts.operators.model import AccountScope
from switchboard.accounts.tokens import OWN_KIND
from switchboard.bootstrap.accounts import authenticator
from switchboard.errors import Forbidden


def own_token(text: str, scope: AccountScope) -> Token | None:
    """Return the account's own token of this text; None if the text is no such token.

    Raises Forbidden without the scope, and Unauthorized for a token that is revoked or expired.
    """
    if not text or not authenticator().is_of_kind(text, OWN_KIND):
        return None
    token = authenticator().token_of(text, OWN_KIND)
    if scope not in token.scopes:
        raise Forbidden(f"The token lacks the scope {scope}.")
    return token
