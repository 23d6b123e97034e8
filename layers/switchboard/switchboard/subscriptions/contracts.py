"""Subscriptions as the operator's API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from switchboard.contracts import Body, read_body
from switchboard.subscriptions.model import Subscription


def subscription_view(subscription: Subscription) -> dict[str, Any]:
    """A subscription without its credentials and signing secret."""
    return {
        "id": subscription.id,
        "account": subscription.account,
        "dialect": subscription.dialect,
        "event_name": subscription.event_name,
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


class SubscriptionChange(Body):
    """What the operator changes: a time-out of its own in seconds, and `active` for one that was disabled."""

    timeout: float | None = Field(default=None, ge=0, le=30)
    state: Literal["active"] | None = None


def read_change(fields: Mapping[str, Any]) -> tuple[float | None, bool]:
    """The time-out, None where it stays, and whether to enable."""
    body = read_body(SubscriptionChange, fields)
    return body.timeout, body.state is not None
