"""Subscriptions as the operator's API shows them."""

from __future__ import annotations

from typing import Any

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
        "created_at": subscription.created_at,
        "version": subscription.version,
    }
