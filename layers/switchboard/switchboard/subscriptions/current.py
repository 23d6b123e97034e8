"""Cached subscriptions for the sender, never older than the delivery demands."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from threading import Lock

from switchboard.errors import Conflict
from switchboard.kernel.remembered import Remembered
from switchboard.subscriptions.model import Subscription
from switchboard.subscriptions.ports import Subscriptions

KEEP_SECONDS = 30
REMEMBERED = 10_000


class CachedSubscriptions:
    """Adapter for the port `deliveries.ports.CachedSubscriptions`.

    A delivery names the version of its subscription. A cached subscription of an older version is not used.
    """

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions
        self._known: Remembered[tuple[str, str], Subscription] = Remembered(REMEMBERED, KEEP_SECONDS)
        self._lock = Lock()  # the groups of a batch are served side by side

    def at_least(self, account: str, key: str, version: int, id_: int) -> Subscription | None:
        """Return the subscription in this version or a later one; None if the subscription is deleted."""
        with self._lock:
            known = self._known.get((account, key))
        if known is not None and known.id == id_ and known.version >= version:
            return known
        found = self._subscriptions.get(account, key)
        if found is None or found.id != id_:
            return None
        self._remember(found)
        return found

    def of_receiver(self, account: str, receiver: str) -> list[Subscription]:
        """Return the account's subscriptions whose URL leads to the receiver."""
        return [one for one in self._subscriptions.of_account(account) if one.receiver == receiver]

    def disable(self, subscription: Subscription, reason: str, at: datetime) -> None:
        """Disable a subscription. A subscription that was changed meanwhile stays active."""
        disabled = replace(subscription, disabled=reason, disabled_at=at, version=subscription.version + 1)
        with suppress(Conflict):
            self._subscriptions.save(disabled)
            self._remember(disabled)

    def _remember(self, subscription: Subscription) -> None:
        with self._lock:
            self._known[subscription.account, subscription.key] = subscription
