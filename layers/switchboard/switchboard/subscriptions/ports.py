"""Ports of subscriptions: their repository, and the check of target addresses."""

from __future__ import annotations

from typing import Protocol

from switchboard.subscriptions.model import ReceiverLimits, Subscription


class Subscriptions(Protocol):
    """Repository of subscriptions. Reads are strongly consistent."""

    def next_id(self, account: str) -> int: ...

    def add(self, subscription: Subscription) -> None:
        """Insert a new subscription. Raises Conflict if the key exists."""

    def get(self, account: str, key: str) -> Subscription | None: ...
    def of_account(self, account: str) -> list[Subscription]: ...

    def save(self, subscription: Subscription) -> None:
        """Replace the stored subscription. Raises Conflict unless the stored version is the one before this version."""

    def remove(self, account: str, key: str) -> bool:
        """Delete the subscription. Returns False if the key does not exist."""

    def with_limits(self, account: str) -> tuple[list[Subscription], dict[str, ReceiverLimits]]:
        """Return the subscriptions, and the limits by receiver. A receiver without limits of its own is left out."""

    def limit(self, account: str, receiver: str, limits: ReceiverLimits) -> None:
        """Replace the limits of the receiver (see `Subscription.receiver`)."""


class Targets(Protocol):
    """Checks the addresses of deliveries."""

    def vet(self, url: str, account: str = "", field: str = "webhook_url") -> None:
        """Raise Invalid, with the name of the field, if an account's deliveries may not go to the URL.

        A host name that does not resolve is allowed, since every connection is checked again.
        """
