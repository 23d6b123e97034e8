"""Credentials opened for use, and remembered open for a few minutes at most."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from cachetools import TTLCache

from switchboard.subscriptions.model import Credentials, Subscription
from switchboard.vault import Vault

KEEP_SECONDS = 300
REMEMBERED = 1000


class OpenCredentials:
    """Opens what a subscription keeps sealed."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._open: TTLCache[tuple[str, str], str] = TTLCache(REMEMBERED, KEEP_SECONDS)
        self._lock = Lock()  # the groups of a batch are served side by side

    def of(self, subscription: Subscription, at: datetime) -> Credentials:
        """The credentials as of a moment: while a secret is replaced, the old one signs as well."""
        until = subscription.old_secret_until
        sealed = (subscription.secret, subscription.old_secret if until and at < until else "")
        secrets = tuple(self.opened(subscription.account, one) for one in sealed if one)
        return Credentials(self.opened(subscription.account, subscription.auth_string), secrets)

    def opened(self, account: str, sealed: str) -> str:
        """What an account keeps sealed, empty for what is empty; Sealed where it cannot be opened."""
        if not sealed:
            return ""
        with self._lock:
            known = self._open.get((account, sealed))
        if known is None:
            known = self._vault.open(account, sealed)
            with self._lock:
                self._open[account, sealed] = known
        return known
