"""A subscription: one receiver's wish for events of one name, in its dialect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit


class AuthType(StrEnum):
    """How a delivery proves itself to the receiver; the values are the wire names of IS.VPBX."""

    NONE = "None"
    BASIC = "BasicHttpAuth"
    BEARER = "BearerTokenAuth"
    BODY = "RequestBodyAuth"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One (account, dialect, event name) and where its events go.

    `auth_string` is `login:password`, a token, or the value of the body's field `auth_field`; `secret` is a Standard
    Webhooks secret (`whsec_...`), empty where deliveries are not signed. Both are sealed; what holds them open is a
    `Credentials`. `old_secret` signs as well until `old_secret_until`. `timeout` (seconds) is 0 for the hub's own.
    `disabled` says why nothing is sent any more. `version` grows with every change.
    """

    account: str
    id: int
    dialect: str
    event_name: str
    url: str
    created_at: datetime
    auth_type: AuthType = AuthType.NONE
    auth_string: str = ""
    auth_field: str = ""
    secret: str = ""
    old_secret: str = ""
    old_secret_until: datetime | None = None
    timeout: float = 0.0
    disabled: str = ""
    disabled_at: datetime | None = None
    version: int = 1

    @property
    def key(self) -> str:
        """What a subscription is found by within its account."""
        return f"{self.dialect}:{self.event_name}"

    @property
    def receiver(self) -> str:
        """Who gets the events: scheme, host and port, so that subscriptions on several paths are one receiver."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.lower()}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a delivery is authorised and signed with, open; it lives in memory only."""

    auth_string: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a receiver can take: requests in flight, and requests a second, 0 for any number."""

    max_in_flight: int = 10
    rate: float = 0.0
