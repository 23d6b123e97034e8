"""An account, its tokens, extensions and sources. Of a secret only the SHA-256 digest is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.accounts.activity.model import DAILY_DELIVERIES, DAILY_EVENTS

# The retentions of recordings, in days, that an account may choose. The template has a lifecycle rule for each, because
# a rule can only compare a tag with a fixed value.
RETENTIONS = (30, 90, 180, 365, 730, 1095, 1825)
LOST_AFTER = 4 * 3600  # seconds


class AccountState(StrEnum):
    """The state of an account."""

    ACTIVE = "active"
    SUSPENDED = "suspended"  # nothing comes in, nothing goes out, and nothing is lost
    DELETING = "deleting"  # nothing comes in; the last step removes the account itself


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time in which an account was suspended. `until` is None while the suspension lasts."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """What an account may do. The operator sets the limits.

    `prefixes` are beginnings of numbers in E.164, such as `+44`: numbers abroad and premium-rate numbers are called
    only if they begin with one. `email` allows e-mails of campaigns. `storage_bytes` bounds the kept recordings.
    Days are days of UTC.
    """

    requests_per_second: int = 200
    originates_per_day: int = 5_000
    prefixes: tuple[str, ...] = ()
    speech_characters_per_day: int = 100_000
    email: bool = False
    storage_bytes: int = 100 * 2**30


@dataclass(frozen=True, slots=True)
class Account:
    """A customer of the hub. `region` is the numbering plan for national numbers, `timezone` an IANA name.

    `recording_days` is how long recordings are kept. The allowed values are `RETENTIONS`, because each
    needs a lifecycle rule of the bucket. `callerid_num` is the caller's number for a request to a vendor's API that
    names none; empty means the telephony's default. `lost_after` is in seconds: a call of which no event came for this
    long ends as lost.
    `allow_self` lets the account's events and commands go to the hub itself. `daily_events` and `daily_deliveries` are
    the budget of a day: beyond, deliveries wait for the next day.
    `suspensions` are the latest times in which the account was suspended, the newest last.
    """

    id: str
    name: str
    created_at: datetime
    region: str = "RU"
    timezone: str = "Europe/Moscow"
    recording_days: int = 365
    callerid_num: str = ""
    lost_after: int = LOST_AFTER
    allow_self: bool = False
    daily_events: int = DAILY_EVENTS
    daily_deliveries: int = DAILY_DELIVERIES
    state: AccountState = AccountState.ACTIVE
    suspensions: tuple[Suspension, ...] = ()
    limits: AccountLimits = AccountLimits()


@dataclass(frozen=True, slots=True)
class Token:
    """A credential of an account. The text of the token is shown once, at its issue; the hub stores a digest.

    `kind` is the dialect whose API accepts the token. `workspace` is set if that API divides accounts into workspaces.
    `scopes` are the rights of the token; without scopes the token has every right.
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
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extension:
    """An internal number of an account. `id` never changes, and never belongs to another extension."""

    account: str
    id: int
    number: str
    name: str = ""


class AuthScheme(StrEnum):
    """The ways in which a source can authenticate its requests."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"
    BODY = "body"
    SIGNATURE = "signature"  # the vendor's own, as the dialect's module `signature` checks it


@dataclass(frozen=True, slots=True)
class HmacAuth:
    """The HMAC of the raw body in a header, after `prefix`, in hex or base64. `secret` is sealed: it must be known."""

    header: str
    secret: str
    algorithm: str = "sha256"
    prefix: str = ""
    encoding: str = "hex"


@dataclass(frozen=True, slots=True)
class SealedKeys:
    """The keys of a vendor's own signature, sealed: they must be known. A vendor without a `key` has an empty one."""

    secret: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class SourceAuth:
    """What the hub expects of a source's requests: every part that is set.

    `digest` is made of `login:password`, of the bearer token, or of the value of the body's `field`. `addresses` are
    CIDR ranges of the sender, IPv4 or IPv6. `keys` are set if the scheme is `signature`.
    """

    scheme: AuthScheme = AuthScheme.NONE
    digest: str = ""
    field: str = ""
    hmac: HmacAuth | None = None
    addresses: tuple[str, ...] = ()
    keys: SealedKeys | None = None


@dataclass(frozen=True, slots=True)
class SourcePath:
    """The unguessable part of a webhook's path. After `until` the path is unknown."""

    key: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceAlias:
    """Tells the source of a path that replaced the source's id."""

    account: str
    source: str


@dataclass(frozen=True, slots=True)
class Source:
    """One PBX of one account. The PBX sends call events in one dialect.

    An empty `timezone` means the dialect's default. `verification` is the body with which the hub answers the vendor's
    verification request: `text` or `json`. `silent_after` is in seconds: the operator is told if no event comes for
    this long. 0 means never. `recording_url` is the address of a recording, with `{record_id}` in the place of the
    id. Without this address the hub cannot fetch recordings that an event names by an id alone. `history_days` is how
    long before `created_at` a call may lie: an earlier time means that the PBX's clock is wrong. `paths` are the
    paths of its webhook, the newest last; without any, the id is the path.
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
    silent_after: int = 0
    recording_url: str = ""
    history_days: int = 1
    paths: tuple[SourcePath, ...] = ()

    @property
    def path(self) -> str:
        """The unguessable part of the webhook's path."""
        return self.paths[-1].key if self.paths else self.id

    @property
    def earliest(self) -> datetime:
        """The earliest time that an event of the source can have."""
        return self.created_at - timedelta(days=self.history_days)
