"""Answers about accounts, operators, tokens, extensions, erasures and the audit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

AccountState = Literal["active", "suspended", "deleting"]
OperatorScope = Literal["read", "operate", "accounts", "tokens"]
ErasureState = Literal["running", "closing", "done"]


class AccountLimits(TypedDict):
    """What an account may do. Days are days of UTC."""

    requests_per_second: int
    originates_per_day: int
    prefixes: list[str]
    speech_characters_per_day: int
    email: bool
    storage_bytes: int


class SpentToday(TypedDict):
    """The spent part of today's budget."""

    events: int
    deliveries: int


class Account(TypedDict):
    """A customer of the hub. `suspended_at` is there while the account is suspended."""

    id: str
    name: str
    created_at: str
    region: str
    timezone: str
    recording_days: int
    callerid_num: str
    lost_after: int
    allow_self: bool
    daily_events: int
    daily_deliveries: int
    state: AccountState
    limits: AccountLimits
    suspended_at: NotRequired[str]


class AccountShown(Account):
    """An account, and the spent part of today's budget."""

    spent_today: SpentToday


class AccountPage(TypedDict):
    """A page of accounts."""

    accounts: list[Account]
    cursor: str | None


class Operator(TypedDict):
    """An operator. `accounts` is null for an operator who reaches every account."""

    id: str
    name: str
    state: Literal["active", "expired", "off"]
    scopes: list[OperatorScope]
    accounts: list[str] | None
    created_at: str | None
    created_by: str | None
    expires_at: str | None


class OperatorMade(Operator):
    """A new operator. Only this answer shows the token."""

    token: str


class OperatorPage(TypedDict):
    """A page of operators."""

    operators: list[Operator]
    cursor: str | None


class AuditTarget(TypedDict):
    """The object that was changed."""

    kind: str
    id: str | None


class AuditRecord(TypedDict):
    """A record of a change: who changed what, with the fields before and after, without secrets.

    `status` is null for a change that no request made.
    """

    at: str
    actor: str
    action: str
    account: str | None
    target: AuditTarget
    address: str
    request_id: str
    status: int | None
    before: Any
    after: Any


class AuditPage(TypedDict):
    """A page of records of changes, newest first."""

    records: list[AuditRecord]
    cursor: str | None


class Token(TypedDict):
    """A token of an account, without its text."""

    id: str
    account: str
    kind: str
    name: str
    created_at: str
    expires_at: str
    revoked_at: str | None
    workspace: NotRequired[str]
    scopes: NotRequired[list[str]]


class TokenMade(Token):
    """A new token. Only this answer shows the text."""

    token: str


class TokenPage(TypedDict):
    """A page of tokens."""

    tokens: list[Token]
    cursor: str | None


class Extension(TypedDict):
    """An internal number of an account."""

    account: str
    id: int
    number: str
    name: str


class ExtensionPage(TypedDict):
    """A page of extensions."""

    extensions: list[Extension]
    cursor: str | None


class Erasure(TypedDict):
    """The erasure of an account or of a number, with its report: `erased` counts rows by kind."""

    id: str
    account: str
    of: Literal["number", "account"]
    number: str | None
    dry_run: bool
    state: ErasureState
    sweep: int
    erased: dict[str, int]
    left: int | None
    asked_at: str
    next_at: str | None
    finished_at: str | None


class ErasurePage(TypedDict):
    """A page of erasures, the latest first."""

    erasures: list[Erasure]
    cursor: str | None


class Version(TypedDict):
    """The release of the hub, and the commit that was built."""

    name: str
    release: str
    commit: str | None
    committed_at: str | None
