"""Prepare the HTTP request of a delivery: the subscriber's authorisation, and the signature."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from switchboard.deliveries.model import Delivery, PreparedRequest
from switchboard.deliveries.signing import signature_headers
from switchboard.dialects.registry import DIALECTS
from switchboard.kernel.hops import leaving
from switchboard.subscriptions.model import AuthType, DeliveryCredentials, Subscription

FORM = "application/x-www-form-urlencoded"
USER_AGENT = "Switchboard/1.0"
LATE_HEADER = (
    "X-Switchboard-Outcome"  # of an event that comes after its call has moved on: no dialect has a word for it
)


def prepare(
    delivery: Delivery, subscription: Subscription, credentials: DeliveryCredentials, at: datetime, timeout: float
) -> PreparedRequest:
    """Return the request of one attempt. The signature covers the body as sent; `timeout` is in seconds."""
    form = DIALECTS[subscription.dialect].form
    body = _authorised_body(delivery.body, subscription, credentials.auth_string)
    body = _as_form(body) if form else body
    headers = {
        "content-type": FORM if form else "application/json",
        "user-agent": USER_AGENT,
        **leaving(delivery.hops),
        **({LATE_HEADER: delivery.late} if delivery.late else {}),
        **AUTHORIZATION[subscription.auth_type](credentials.auth_string, subscription.auth_field),
        **signature_headers(delivery.id, at, body, credentials.secrets),
    }
    return PreparedRequest(subscription.url + delivery.path, headers, body, timeout)


def _authorised_body(body: str, subscription: Subscription, auth_string: str) -> bytes:
    if subscription.auth_type is AuthType.BODY:
        fields = json.loads(body)
        fields[subscription.auth_field] = auth_string
        body = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return body.encode()


def _as_form(body: bytes) -> bytes:
    """Return the fields of a JSON object as a form in UTF-8; a field within a field stays JSON."""
    fields = json.loads(body)
    return urlencode({name: one if isinstance(one, str) else json.dumps(one) for name, one in fields.items()}).encode()


def _basic(credentials: str, _: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(credentials.encode()).decode()}


def _bearer(token: str, _: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def _header(key: str, name: str) -> dict[str, str]:
    return {name: key}


def _none(_: str, __: str) -> dict[str, str]:
    return {}


AUTHORIZATION: dict[AuthType, Callable[[str, str], dict[str, str]]] = {
    AuthType.NONE: _none,
    AuthType.BODY: _none,
    AuthType.BASIC: _basic,
    AuthType.BEARER: _bearer,
    AuthType.HEADER: _header,
}
