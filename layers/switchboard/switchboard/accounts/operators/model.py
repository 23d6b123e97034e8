"""Operators of the hub, the scopes of their tokens, and who sends a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

STACK = "stack"  # id and name of the operator whose token is the stack's secret
NOT_WRITTEN = -1


class OperatorScope(StrEnum):
    """What an operator's token may do."""

    READ = "read"
    OPERATE = "operate"
    ACCOUNTS = "accounts"
    TOKENS = "tokens"


class AccountScope(StrEnum):
    """What an account's token of the kind `account` may do, in its own account."""

    READ = "read"
    RECEIVE = "receive"
    CALL = "call"
    CAMPAIGN = "campaign"
    MANAGE = "manage"


EVERY_SCOPE = tuple(OperatorScope)


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator. The hub stores a digest of the token. `accounts` bounds the operator; None means every account."""

    id: str
    name: str
    digest: str
    created_at: datetime
    created_by: str
    scopes: tuple[OperatorScope, ...]
    accounts: tuple[str, ...] | None = None
    expires_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether the token has expired."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class OperatorList:
    """All operators, in one row: a change sees the others. `version` is the optimistic lock.

    `stack_on` is the switch of the stack's own token.
    """

    operators: tuple[Operator, ...] = ()
    stack_on: bool = True
    version: int = NOT_WRITTEN


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of a request: an operator, or with `owner` the token of that account.

    `accounts` are the accounts in reach; None means every account.
    """

    id: str
    name: str
    scopes: frozenset[str]
    accounts: tuple[str, ...] | None = None
    expires_at: datetime | None = None
    owner: str = ""

    @property
    def actor(self) -> str:
        """The sender in records: `operator:anna`, or `token:` and the id of an account's token."""
        return f"token:{self.id}" if self.owner else f"operator:{self.name}"

    def reaches(self, account: str) -> bool:
        """Whether the account is in reach."""
        return self.accounts is None or account in self.accounts

    def covers(self, other: Operator) -> bool:
        """Whether the other operator may do nothing that this one may not."""
        if not self.scopes.issuperset(other.scopes):
            return False
        return self.accounts is None or (other.accounts is not None and set(other.accounts) <= set(self.accounts))


def stack_caller() -> Caller:
    """Return the sender whose token is the stack's secret: every scope, every account."""
    return Caller(STACK, STACK, frozenset(EVERY_SCOPE))


def caller_of(operator: Operator) -> Caller:
    """Return the operator as the sender of a request."""
    return Caller(operator.id, operator.name, frozenset(operator.scopes), operator.accounts, operator.expires_at)
