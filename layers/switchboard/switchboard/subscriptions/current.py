"""Subscriptions for the sender: remembered, yet never older than the event that goes out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from threading import Lock

from cachetools import TTLCache

from switchboard.errors import Conflict
from switchboard.subscriptions.model import Subscription
from switchboard.subscriptions.ports import Subscriptions

KEEP_SECONDS = 30
REMEMBERED = 10_000


class CurrentSubscriptions:
    """A delivery names the version of its subscription; what is remembered serves if it is as new as that."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions
        self._known: TTLCache[tuple[str, str], Subscription] = TTLCache(REMEMBERED, KEEP_SECONDS)
        self._lock = Lock()  # the groups of a batch are served side by side

    def at_least(self, account: str, key: str, version: int, id_: int) -> Subscription | None:
        """The subscription of this id in this version or a newer one; None where it is gone."""
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
        """The account's subscriptions that lead to a receiver."""
        return [one for one in self._subscriptions.of_account(account) if one.receiver == receiver]

    def disable(self, subscription: Subscription, reason: str, at: datetime) -> None:
        """Send nothing more to a subscription; one that was changed meanwhile is left as its owner has it now."""
        disabled = replace(subscription, disabled=reason, disabled_at=at, version=subscription.version + 1)
        with suppress(Conflict):
            self._subscriptions.save(disabled)
            self._remember(disabled)

    def _remember(self, subscription: Subscription) -> None:
        with self._lock:
            self._known[subscription.account, subscription.key] = subscription
