"""Request and response bodies of the operator's API for subscriptions and destinations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from switchboard.contracts import OwnBody, read_body
from switchboard.errors import Invalid
from switchboard.kernel.call import Direction, Kind
from switchboard.kernel.numbers import digits_of, read_number
from switchboard.kernel.targets import check_url
from switchboard.subscriptions.destinations import Access, DestinationChange, DestinationRequest
from switchboard.subscriptions.model import EVERYTHING, AuthType, Filters, Subscription
from switchboard.subscriptions.vocabulary import Vocabulary

LONGEST_AUTH = 4096  # bytes; KMS encrypts no more
MOST = 100
PREFIX = re.compile(r"\+?([0-9]{1,15}\*)")
AUTH_TYPES = {
    "none": AuthType.NONE,
    "basic": AuthType.BASIC,
    "bearer": AuthType.BEARER,
    "body": AuthType.BODY,
}
AUTH_NAMES = {**{type_: name for name, type_ in AUTH_TYPES.items()}, AuthType.HEADER: "header"}
VocabularyOf = Callable[[str], Vocabulary]


def subscription_view(subscription: Subscription) -> dict[str, Any]:
    """Return the subscription without credentials and signing secret."""
    return {
        "id": subscription.id,
        "account": subscription.account,
        "dialect": subscription.dialect,
        "name": subscription.name,
        "event_name": subscription.event_name,
        "events": events_of(subscription),
        "url": subscription.url,
        "auth_type": subscription.auth_type,
        "signed": bool(subscription.secret),
        "timeout": subscription.timeout or None,
        "state": "disabled" if subscription.disabled else "active",
        "reason": subscription.disabled,
        "disabled_at": subscription.disabled_at,
        "created_at": subscription.created_at,
        "version": subscription.version,
    }


def events_of(subscription: Subscription) -> list[str]:
    """Return the names of the events that the receiver gets. An empty list means all events of the dialect."""
    return [subscription.one_event] if subscription.one_event else list(subscription.events)


class SubscriptionChange(OwnBody):
    """A change of a subscription. `timeout` is in seconds; the state `active` enables a disabled subscription."""

    timeout: float | None = Field(default=None, ge=0, le=30)
    state: Literal["active"] | None = None


def read_change(fields: Mapping[str, Any]) -> tuple[float | None, bool]:
    """Return the new time-out (None: no change), and whether to enable the subscription. Raises Invalid."""
    body = read_body(SubscriptionChange, fields)
    return body.timeout, body.state is not None


class DeliveryAuthBody(OwnBody):
    """The credentials that deliveries show, in the same shape as those of sources."""

    type: Literal["none", "basic", "bearer", "body"]
    login: str = ""
    password: str = ""
    token: str = ""
    field: str = Field(default="", max_length=128)
    value: str = ""

    @model_validator(mode="after")
    def _complete(self) -> DeliveryAuthBody:
        for wrong, field in AUTH_RULES[self.type](self):
            if wrong:
                raise Invalid(f"auth of type {self.type} needs a valid {field}.", f"auth.{field}")
        if len(self.secret.encode()) > LONGEST_AUTH:
            raise Invalid(f"auth must have at most {LONGEST_AUTH} bytes.", "auth")
        return self

    @property
    def secret(self) -> str:
        """The secret in the form of `Subscription.auth_string`, not sealed."""
        return {"none": "", "basic": f"{self.login}:{self.password}", "bearer": self.token, "body": self.value}[
            self.type
        ]

    def access(self, vocabulary: Vocabulary) -> Access:
        """Return the credentials of deliveries. Raises Invalid if `field` is a field of the dialect's own messages."""
        if self.type == "body" and self.field in vocabulary.fields:
            raise Invalid("auth.field must not be a field that the dialect's events have.", "auth.field")
        return Access(AUTH_TYPES[self.type], self.secret, self.field if self.type == "body" else "")


# For each type: the checks in order, as (is wrong, field).
AUTH_RULES: dict[str, Callable[[DeliveryAuthBody], Sequence[tuple[bool, str]]]] = {
    "none": lambda _: (),
    "basic": lambda auth: ((not auth.login or ":" in auth.login, "login"), (not auth.password, "password")),
    "bearer": lambda auth: ((not (auth.token and auth.token.isascii() and auth.token.isprintable()), "token"),),
    "body": lambda auth: ((not auth.field, "field"), (not auth.value, "value")),
}


class FiltersBody(OwnBody):
    """Filters: the direction, the extensions that take part, and the numbers of the other party."""

    direction: Direction | None = None
    extensions: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(default=[], max_length=MOST)
    numbers: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(default=[], max_length=MOST)

    @field_validator("numbers")
    @classmethod
    def _patterns(cls, numbers: list[str]) -> list[str]:
        if any("*" in number and not PREFIX.fullmatch(number) for number in numbers):
            raise ValueError("A prefix must be 1 to 15 digits and * at the end.")
        return numbers


def _digits(text: str, region: str) -> str:
    number = read_number(text, region)
    return (digits_of(number) or text) if number else text


def _pattern(text: str, region: str) -> str:
    """Return the digits of a number; a prefix keeps its `*`."""
    found = PREFIX.fullmatch(text)
    return found[1] if found else _digits(text, region)


class DestinationChangeBody(OwnBody):
    """A change of a destination. The dialect cannot change."""

    url: str | None = None
    name: str | None = Field(default=None, max_length=200)
    auth: DeliveryAuthBody | None = None
    events: list[Annotated[str, Field(max_length=80)]] | None = Field(default=None, max_length=MOST)
    filters: FiltersBody | None = None
    timeout: float | None = Field(default=None, ge=0, le=30)
    state: Literal["active"] | None = None

    @field_validator("url")
    @classmethod
    def _good_url(cls, url: str | None) -> str | None:
        return url if url is None else check_url(url)


class DestinationBody(DestinationChangeBody):
    account: str
    dialect: str
    url: str | None = Field()  # required here
    signed: bool = True


def read_destination(
    fields: Mapping[str, Any], vocabulary_of: VocabularyOf, region_of: Callable[[str], str]
) -> tuple[str, DestinationRequest]:
    """Return the account and the request for a destination. Raises Invalid."""
    body = read_body(DestinationBody, fields)
    if body.url is None:
        raise Invalid("url must be the address of the receiver.", "url")
    vocabulary = _vocabulary(body.dialect, vocabulary_of)
    return body.account, DestinationRequest(
        dialect=body.dialect,
        url=body.url,
        name=body.name or "",
        access=body.auth.access(vocabulary) if body.auth else Access(),
        events=_events(body.events or [], vocabulary),
        filters=_filters(body.filters, region_of(body.account)),
        timeout=body.timeout or 0.0,
        signed=body.signed,
    )


def read_destination_change(fields: Mapping[str, Any], vocabulary: Vocabulary, region: str) -> DestinationChange:
    """Return the change of a destination. Raises Invalid, also for an attempt to change the dialect."""
    if "dialect" in fields:
        raise Invalid("The dialect of a destination cannot change: add another destination.", "dialect")
    body = read_body(DestinationChangeBody, fields)
    return DestinationChange(
        url=body.url,
        name=body.name,
        access=body.auth.access(vocabulary) if body.auth else None,
        events=None if body.events is None else _events(body.events, vocabulary),
        filters=None if body.filters is None else _filters(body.filters, region),
        timeout=body.timeout,
        enable=body.state is not None,
    )


def destination_view(destination: Subscription) -> dict[str, Any]:
    """Return the destination without credentials and signing secret.

    `made_by` is `receiver` for a subscription that a dialect's own API made, else `operator`.
    """
    filters = destination.filters
    auth = {"type": AUTH_NAMES[destination.auth_type], "field": destination.auth_field}
    return {
        "id": destination.id,
        "account": destination.account,
        "name": destination.name,
        "dialect": destination.dialect,
        "url": destination.url,
        "auth": {name: value for name, value in auth.items() if value},
        "events": events_of(destination),
        "filters": {
            "direction": filters.direction,
            "extensions": list(filters.extensions),
            "numbers": list(filters.numbers),
        },
        "signed": bool(destination.secret),
        "timeout": destination.timeout or None,
        "made_by": "receiver" if destination.event_name else "operator",
        "state": "disabled" if destination.disabled else "active",
        "reason": destination.disabled,
        "disabled_at": destination.disabled_at,
        "created_at": destination.created_at,
        "version": destination.version,
    }


def _vocabulary(dialect: str, vocabulary_of: VocabularyOf) -> Vocabulary:
    try:
        return vocabulary_of(dialect)
    except KeyError:
        raise Invalid("dialect must be the name of a dialect in which events go out.", "dialect") from None


def _events(events: list[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    kinds = {kind.value for kind in Kind}
    if unknown := [event for event in events if event not in kinds and not vocabulary.has(event)]:
        raise Invalid(
            "events must be kinds of the hub or event names of the dialect.", f"events.{events.index(unknown[0])}"
        )
    return tuple(dict.fromkeys(events))


def _filters(body: FiltersBody | None, region: str) -> Filters:
    if body is None:
        return EVERYTHING
    extensions = tuple(_digits(extension, region) for extension in body.extensions)
    return Filters(body.direction, extensions, tuple(_pattern(number, region) for number in body.numbers))
