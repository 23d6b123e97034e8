"""Ports of upstreams: their repository, and the clients of two kinds of PBX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from switchboard.accounts.upstream.model import Hook, Upstream


class Upstreams(Protocol):
    """Repository of upstreams. A source has one upstream at most."""

    def add(self, upstream: Upstream) -> None:
        """Insert a new upstream. Raises Conflict if the source has an upstream."""

    def get(self, source_id: str) -> Upstream | None: ...

    def save(self, upstream: Upstream) -> Upstream:
        """Replace the upstream, and return it with its next version. Raises Conflict if the version is out of date."""

    def remove(self, upstream: Upstream) -> None:
        """Delete the upstream, if there is one. Raises Conflict if the version is out of date."""

    def all(self) -> list[Upstream]:
        """Return the upstreams of all accounts, by `checked_at`, oldest first."""


class EventSubscriptionsClient(Protocol):
    """Client for a PBX that has a subscription for each event. Works on one account of the PBX.

    Every method raises ProviderRefused or ProviderSilent.
    """

    def subscriptions(self) -> dict[str, str]:
        """Return the subscriptions of all receivers, as event name → id of the subscription."""

    def subscribe(self, event_name: str, url: str, login: str) -> str:
        """Subscribe to the event, and return the subscription's id. Raises Conflict if the event has a subscription."""

    def unsubscribe(self, event_name: str) -> None: ...

    def extensions(self) -> list[str]: ...


OpenSubscriptionsClient = Callable[[Upstream, str], EventSubscriptionsClient]
"""Make the client of an upstream's PBX. The second argument is the token in plain text."""


class HookClient(Protocol):
    """Client for a PBX that has one webhook for all events. Works on one account of the PBX.

    Every method raises ProviderRefused or ProviderSilent.
    """

    def hook(self) -> Hook | None:
        """Return the webhook; None if the PBX does not show its webhook."""

    def subscribe(self, url: str, events: Sequence[str]) -> Hook:
        """Set the webhook, and return it. An empty `events` removes the webhook.

        Raises Conflict if the PBX does not accept the webhook.
        """


OpenHookClient = Callable[[Upstream, str], HookClient]
"""Make the client of an upstream's PBX. The second argument is the token in plain text."""
