"""Subscriptions for the sender: remembered, yet never older than the event that goes out."""

from __future__ import annotations

from cachetools import TTLCache

from switchboard.subscriptions.model import Subscription
from switchboard.subscriptions.ports import Subscriptions

KEEP_SECONDS = 30
REMEMBERED = 10_000


class CurrentSubscriptions:
    """A delivery names the version of its subscription; what is remembered serves if it is as new as that."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions
        self._known: TTLCache[tuple[str, str], Subscription] = TTLCache(REMEMBERED, KEEP_SECONDS)

    def at_least(self, account: str, key: str, version: int, id_: int) -> Subscription | None:
        """The subscription of this id in this version or a newer one; None where it is gone."""
        known = self._known.get((account, key))
        if known is not None and known.id == id_ and known.version >= version:
            return known
        found = self._subscriptions.get(account, key)
        if found is None or found.id != id_:
            return None
        self._known[account, key] = found
        return found
