"""A subscription: one receiver's wish for events in its dialect, by one name or by any number of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from switchboard.calls.model import Direction


class AuthType(StrEnum):
    """How a delivery proves itself to the receiver; the values are wire names of a vendor's, and one of our own."""

    NONE = "None"
    BASIC = "BasicHttpAuth"
    BEARER = "BearerTokenAuth"
    BODY = "RequestBodyAuth"
    HEADER = "HeaderAuth"  # connectors' alone: a key in the header named by `auth_field`


# The event name of a dialect's one hook of an account, which gets `events` and not one event alone.
HOOK = "*"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which calls a receiver wants to hear of; what is empty lets everything through.

    `extensions` are the digits of those that take part. `numbers` are those of the other party: E.164 digits without
    `+`, or what was received, with `*` at the end for all that begin so.
    """

    direction: Direction | None = None
    extensions: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where events go, and which.

    One that was made by a dialect's own API has an `event_name`, and there is one for each (account, dialect, event
    name); that of a hook is HOOK. A destination, of which an account may have any number, has none. Both get `events`,
    by the hub's kinds or by the dialect's names, and all that the dialect can say where that is empty; what has the
    name of an event gets that alone. `filters` hold for all.

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
    name: str = ""
    events: tuple[str, ...] = ()
    filters: Filters = EVERYTHING

    @property
    def one_event(self) -> str:
        """The event that it is for; empty where it gets `events`."""
        return "" if self.event_name == HOOK else self.event_name

    @property
    def key(self) -> str:
        """What a subscription is found by within its account."""
        return f"{self.dialect}:{self.event_name}" if self.event_name else f"destination:{self.id}"

    def asks_for(self, kind: str, names: Sequence[str]) -> bool:
        """Whether a message of this kind, under these names, is one that it gets."""
        if self.one_event:
            return self.one_event in names
        return not self.events or not {kind, *names}.isdisjoint(self.events)

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
