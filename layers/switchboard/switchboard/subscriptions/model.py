"""A subscription: one receiver of events, in the receiver's dialect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from switchboard.kernel.call import Direction


class AuthType(StrEnum):
    """How a delivery authenticates to the receiver. All values but HEADER are wire names of a vendor's API."""

    NONE = "None"
    BASIC = "BasicHttpAuth"
    BEARER = "BearerTokenAuth"
    BODY = "RequestBodyAuth"
    HEADER = "HeaderAuth"  # for connectors only: a key in the header that `auth_field` names


# The `event_name` of an account's only webhook in a dialect. Such a subscription receives all of `events`.
HOOK = "*"


@dataclass(frozen=True, slots=True)
class Filters:
    """The calls that a receiver is told of. An empty filter lets every call through.

    `extensions` are digits of extensions that take part in the call. `numbers` are numbers of the other party: E.164
    digits without `+`, or the number as received. A `*` at the end makes a prefix.
    """

    direction: Direction | None = None
    extensions: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Subscription:
    """A receiver, and the events that the receiver gets.

    There are three sorts:

    - A dialect's own API makes one subscription for each (account, dialect, `event_name`), for that event only.
    - A webhook for all events of a dialect has the `event_name` HOOK.
    - A destination has no `event_name`. An account may have any number of destinations.

    A webhook and a destination receive `events`: kinds of the hub, or names of the dialect. Empty `events` mean
    everything that the dialect can express. `filters` apply to all sorts.

    `auth_string` is `login:password`, a token, or the value of the body's field `auth_field`. `secret` is a Standard
    Webhooks secret (`whsec_...`); deliveries without a secret are not signed. Both are sealed; `DeliveryCredentials`
    holds them opened. `old_secret` also signs until `old_secret_until`. `timeout` is in seconds; 0 means the hub's
    default. `disabled` is the reason why deliveries have stopped, empty for an active subscription. `version`
    is the optimistic lock.
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
        """The only event of the subscription; empty if the subscription receives `events`."""
        return "" if self.event_name == HOOK else self.event_name

    @property
    def key(self) -> str:
        """The unique key of the subscription within its account."""
        return f"{self.dialect}:{self.event_name}" if self.event_name else f"destination:{self.id}"

    def asks_for(self, kind: str, names: Sequence[str]) -> bool:
        """Whether the receiver gets a message of this kind. `names` are the dialect's names of the message."""
        if self.one_event:
            return self.one_event in names
        return not self.events or not {kind, *names}.isdisjoint(self.events)

    @property
    def receiver(self) -> str:
        """The receiver, as scheme, host and port of the URL. Subscriptions to several paths share one receiver."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.lower()}"


@dataclass(frozen=True, slots=True)
class DeliveryCredentials:
    """The opened secrets that authenticate and sign a delivery. They exist in memory only."""

    auth_string: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReceiverLimits:
    """Limits of a receiver: requests in flight, and requests a second. A rate of 0 means no limit."""

    max_in_flight: int = 10
    rate: float = 0.0
