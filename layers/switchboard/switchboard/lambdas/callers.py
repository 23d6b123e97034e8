"""The sender of the request in hand: found by the token, and bounded to the accounts in reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from switchboard.accounts.operators.model import Caller
from switchboard.accounts.tokens import OWN_KIND
from switchboard.bootstrap.accounts import authenticator
from switchboard.bootstrap.operators import identify_operator
from switchboard.errors import NotFound, Unauthorized
from switchboard.kernel.authorization import scheme_and_credentials
from switchboard.lambdas.http import header
from switchboard.lambdas.logins import address_of, counting_refusals, route_in

WRONG = "The token is missing or wrong: send Authorization: Bearer <token>."
ACCOUNT = "account"
NO_ACCOUNT = "There is no such account."
_caller: ContextVar[Caller] = ContextVar("caller")
_touched: ContextVar[list[str]] = ContextVar("touched")  # the accounts that the request in hand is about
_asked: ContextVar[str] = ContextVar("asked", default="")  # the account in the query of the request in hand


def caller() -> Caller:
    """Return the sender of the request in hand."""
    return _caller.get()


@contextmanager
def asked_by(sender: Caller) -> Iterator[None]:
    """Do the work inside with the sender of a request in hand."""
    own = list(sender.accounts or ())
    tokens = _caller.set(sender), _touched.set(own if len(own) == 1 else [])
    asked = _asked.set("")
    try:
        yield
    finally:
        _caller.reset(tokens[0])
        _touched.reset(tokens[1])
        _asked.reset(asked)


def note_account(account: str) -> None:
    """Note an account that exists as the one that the request in hand is about."""
    _touched.get().append(account)


def touched() -> str:
    """Return the account that was noted last, or the caller's only one; empty without one."""
    return next(reversed(_touched.get()), "")


def caller_behind(event: Mapping[str, Any]) -> Caller:
    """Return the sender by the header Authorization.

    Raises Unauthorized, with one message for every wrong token, and HeldOff after many wrong tokens of an address.
    """
    scheme, token = scheme_and_credentials(header(event, "Authorization"))
    with counting_refusals(token, address_of(event), route_in(event)):
        found = (identify_operator()(token) or _account_behind(token)) if scheme == "bearer" and token else None
        if found is None:
            raise Unauthorized(WRONG)
        return found


def _account_behind(text: str) -> Caller | None:
    """Return the sender by an account's own token, None if unknown, revoked or expired. Raises Suspended."""
    try:
        token = authenticator().token_of(text, OWN_KIND)
    except Unauthorized:
        return None
    return Caller(
        token.id, token.name, frozenset(token.scopes), (token.account,), token.expires_at, owner=token.account
    )


def check_reach(account: str, what: str = NO_ACCOUNT, field: str = ACCOUNT) -> None:
    """Raise NotFound if an account is out of the caller's reach, as for an object that does not exist.

    The same holds for an account other than the one in the request's query.
    """
    if not caller().reaches(account) or _asked.get() not in ("", account):
        raise NotFound(what, field)


def only_account() -> str | None:
    """Return the caller's account if the caller has exactly one in reach, else None."""
    accounts = caller().accounts
    return accounts[0] if accounts is not None and len(accounts) == 1 else None


def narrowed(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request that names no account out of reach; `account=` is filled in for a caller with one account.

    Raises NotFound for an account out of reach, in the path or in the query.
    """
    query, in_path = event.get("queryStringParameters") or {}, (event.get("pathParameters") or {}).get(ACCOUNT)
    for named in (in_path, query.get(ACCOUNT)):
        if named:
            check_reach(named)
    _asked.set(query.get(ACCOUNT) or "")
    own = only_account()
    if own is None or in_path or query.get(ACCOUNT):
        return dict(event)
    return {**event, "queryStringParameters": {**query, ACCOUNT: own}}


def with_account(fields: dict[str, Any], *, takes: bool) -> dict[str, Any]:
    """Return the fields of a body with the caller's only account, if the route `takes` an account and none is named.

    Raises NotFound for an account out of reach.
    """
    named = fields.get(ACCOUNT)
    if isinstance(named, str) and named:
        check_reach(named)
    own = only_account()
    return {**fields, ACCOUNT: own} if takes and own is not None and ACCOUNT not in fields else fields
