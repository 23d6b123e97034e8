"""Subscriptions in memory."""

from __future__ import annotations

from threading import Lock

from switchboard.errors import Conflict
from switchboard.subscriptions.model import ReceiverLimits, Subscription


class MemorySubscriptions:
    """Port Subscriptions."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Subscription] = {}
        self._limits: dict[tuple[str, str], ReceiverLimits] = {}
        self._last: dict[str, int] = {}
        self._lock = Lock()

    def next_id(self, account: str) -> int:
        with self._lock:
            self._last[account] = self._last.get(account, 0) + 1
            return self._last[account]

    def add(self, subscription: Subscription) -> None:
        with self._lock:
            if (subscription.account, subscription.key) in self._rows:
                raise Conflict("Another request changed this subscription: read it again, and repeat the change.")
            self._rows[subscription.account, subscription.key] = subscription

    def get(self, account: str, key: str) -> Subscription | None:
        return self._rows.get((account, key))

    def of_account(self, account: str) -> list[Subscription]:
        own = [subscription for subscription in self._rows.values() if subscription.account == account]
        return sorted(own, key=lambda subscription: subscription.id)

    def save(self, subscription: Subscription) -> None:
        with self._lock:
            old = self._rows.get((subscription.account, subscription.key))
            if old is None or old.version != subscription.version - 1:
                raise Conflict("Another request changed this subscription: read it again, and repeat the change.")
            self._rows[subscription.account, subscription.key] = subscription

    def remove(self, account: str, key: str) -> bool:
        with self._lock:
            return self._rows.pop((account, key), None) is not None

    def with_limits(self, account: str) -> tuple[list[Subscription], dict[str, ReceiverLimits]]:
        own = {receiver: limits for (owner, receiver), limits in self._limits.items() if owner == account}
        return self.of_account(account), own

    def limit(self, account: str, receiver: str, limits: ReceiverLimits) -> None:
        self._limits[account, receiver] = limits
