"""What subscriptions need from the outside."""

from __future__ import annotations

from typing import Protocol

from switchboard.subscriptions.model import Limits, Subscription


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

    def with_limits(self, account: str) -> tuple[list[Subscription], dict[str, Limits]]:
        """Subscriptions, and the limits of those receivers that have some, by receiver."""

    def limit(self, account: str, receiver: str, limits: Limits) -> None:
        """Set the limits of a receiver."""


class Targets(Protocol):
    """Where deliveries may go."""

    def vet(self, url: str) -> None:
        """Raise Invalid, naming `webhook_url`, where a URL leads to where no delivery may go.

        A name that nobody knows yet is no reason: every connection is checked again.
        """
