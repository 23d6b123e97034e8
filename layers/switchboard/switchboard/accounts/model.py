"""An account and what belongs to it. Secrets are kept as SHA-256 digests only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Account:
    """A customer of the hub. `region` is the numbering plan for national numbers, `timezone` an IANA name.

    `recording_days` is for how long its recordings are kept; the lifecycle rules of the bucket know some values only.
    """

    id: str
    name: str
    created_at: datetime
    region: str = "RU"
    timezone: str = "Europe/Moscow"
    recording_days: int = 365


@dataclass(frozen=True, slots=True)
class Token:
    """A credential of an account; the token itself is shown once, at its issue, and only its digest is kept.

    `kind` names the dialect whose API it opens, `workspace` the one workspace of the account where the API has such.
    """

    id: str
    account: str
    kind: str
    name: str
    digest: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    workspace: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """An internal number of an account; `id` is a number that stays with it."""

    account: str
    id: int
    number: str
    name: str = ""


class AuthScheme(StrEnum):
    """How a source proves who it is."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class SourceAuth:
    """What a source must show: the digest of `login:password`, of a bearer token, or of a field of the body."""

    scheme: AuthScheme = AuthScheme.NONE
    digest: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where call events come from: one PBX of one account, speaking one dialect.

    `timezone` is empty where the dialect's own default holds. `verification` is the form in which a
    verification handshake is answered, `text` or `json`.
    """

    id: str
    account: str
    dialect: str
    name: str
    created_at: datetime
    auth: SourceAuth = SourceAuth()
    region: str = "RU"
    timezone: str = ""
    verification: str = "text"
