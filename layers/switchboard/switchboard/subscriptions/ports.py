"""What subscriptions need from the outside."""

from __future__ import annotations

from typing import Protocol

from switchboard.subscriptions.model import Subscription


class Subscriptions(Protocol):
    """Subscriptions by account and key. Reads see every write that was answered before them."""

    def next_id(self, account: str) -> int: ...

    def add(self, subscription: Subscription) -> None:
        """Keep a new one; Conflict where the key is taken, whoever came first."""

    def get(self, account: str, key: str) -> Subscription | None: ...
    def of_account(self, account: str) -> list[Subscription]: ...

    def save(self, subscription: Subscription) -> None:
        """Replace the version before this one; Conflict where somebody else did."""

    def remove(self, account: str, key: str) -> bool:
        """Whether there was one to remove."""
