"""Request and response bodies of IS.VPBX's subscription API (is-vpbx-openapi, 'Работа с событиями')."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import Field, field_validator, model_validator

from switchboard.contracts import Body, read_body
from switchboard.dialects.vpbx.tables import DESCRIPTIONS, VOCABULARY
from switchboard.errors import Invalid
from switchboard.kernel.targets import check_url
from switchboard.subscriptions.model import AuthType, Subscription
from switchboard.subscriptions.subscribe import SubscriptionRequest

LONGEST_AUTH = 4096  # bytes, the most that KMS seals
FIELDS = frozenset({"event_name", "webhook_url", "auth_type", "auth_string", "auth_field"})
KEPT = "kept:kept"  # a placeholder that passes validation while a change keeps the sealed credentials
NO_AUTH = (None, "", "None")
ALREADY_THERE = {"description": "Подписка на событие уже существует", "message": "409 Conflict", "status_code": 409}


class SubscriptionBody(Body):
    """The body of POST and PUT, and of PATCH completed with the present values."""

    event_name: str
    webhook_url: str
    auth_type: AuthType = AuthType.NONE
    auth_string: str = Field(default="", max_length=LONGEST_AUTH)
    auth_field: str = Field(default="", max_length=128)

    @field_validator("event_name")
    @classmethod
    def _known_event(cls, name: str) -> str:
        if not VOCABULARY.has(name):
            raise ValueError("event_name is not the name of an event")
        return name

    @field_validator("webhook_url")
    @classmethod
    def _good_url(cls, url: str) -> str:
        return check_url(url)

    @field_validator("auth_type", mode="before")
    @classmethod
    def _any_spelling_of_none(cls, auth_type: Any) -> Any:
        if auth_type == AuthType.HEADER:
            raise ValueError("auth_type is not one of the documented")
        return AuthType.NONE if auth_type in NO_AUTH else auth_type

    @field_validator("auth_string")
    @classmethod
    def _can_be_sealed(cls, auth_string: str) -> str:
        if len(auth_string.encode()) > LONGEST_AUTH:
            raise ValueError(f"auth_string must be no longer than {LONGEST_AUTH} bytes")
        return auth_string

    @field_validator("auth_string", "auth_field", mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: Any) -> Any:
        return "" if value is None else value

    @model_validator(mode="after")
    def _complete(self) -> SubscriptionBody:
        _check_credentials(self)
        return self


def _check_credentials(body: SubscriptionBody) -> None:
    # Invalid, not ValueError: an error of a model validator would name the whole body, not the field.
    match body.auth_type:
        case AuthType.BASIC if ":" not in body.auth_string:
            raise Invalid("BasicHttpAuth needs login:password.", "auth_string")
        case AuthType.BEARER if not (body.auth_string.isascii() and body.auth_string.isprintable()):
            raise Invalid("A token is printable ASCII.", "auth_string")
        case AuthType.BEARER if not body.auth_string:
            raise Invalid("BearerTokenAuth needs a token.", "auth_string")
        case AuthType.BODY if not body.auth_field or body.auth_field in VOCABULARY.fields:
            raise Invalid("RequestBodyAuth needs the name of a field that events do not have.", "auth_field")
        case _:
            pass


def read_request(fields: Mapping[str, Any]) -> SubscriptionRequest:
    """Return the requested subscription. Raises Invalid with the field."""
    body = read_body(SubscriptionBody, fields)
    return SubscriptionRequest(body.event_name, body.webhook_url, body.auth_type, body.auth_string, body.auth_field)


def read_change(subscription: Subscription, fields: Mapping[str, Any]) -> SubscriptionRequest:
    """Return the subscription after a PATCH. Without `auth_string` and `auth_type` the sealed credentials stay."""
    old = {
        "event_name": subscription.event_name,
        "webhook_url": subscription.url,
        "auth_type": subscription.auth_type.value,
        "auth_field": subscription.auth_field,
    }
    keeps = "auth_string" not in fields and "auth_type" not in fields and bool(subscription.auth_string)
    request = read_request({**old, "auth_string": KEPT if keeps else "", **fields})
    return replace(request, auth_string=None) if keeps else request


def listed(subscriptions: Sequence[Subscription]) -> dict[str, Any]:
    """Return `{"active_events": [{"id", "event_name", "description"}]}`."""
    return {
        "active_events": [
            {
                "id": subscription.id,
                "event_name": subscription.event_name,
                "description": DESCRIPTIONS.get(subscription.event_name, ""),
            }
            for subscription in subscriptions
        ]
    }


def made(subscription: Subscription, fields: Mapping[str, Any], verb: str = "осуществлена успешна") -> dict[str, Any]:
    """Return `{"id", "insert_data", "message"}`; `insert_data` repeats the documented fields of the request."""
    return {
        "id": subscription.id,
        "insert_data": {name: value for name, value in fields.items() if name in FIELDS},
        "message": f"Подписка на событие - '{subscription.event_name}' {verb}.",
    }


def removed(event_name: str) -> dict[str, Any]:
    """Return `{"status_code", "description"}`."""
    return {"status_code": 200, "description": f"Подписка на событие '{event_name}' отменена."}
