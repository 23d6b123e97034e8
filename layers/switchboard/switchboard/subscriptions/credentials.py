"""Open the secrets of subscriptions. Opened secrets are cached for five minutes."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from switchboard.kernel.remembered import Remembered
from switchboard.subscriptions.model import DeliveryCredentials, Subscription
from switchboard.vault import Vault, receiver_auth, receiver_signing

KEEP_SECONDS = 300
REMEMBERED = 1000


class CredentialOpener:
    """Adapter for the port `deliveries.ports.CredentialOpener`."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._open: Remembered[tuple[str, str, str], str] = Remembered(REMEMBERED, KEEP_SECONDS)
        self._lock = Lock()  # threads serve the groups of a batch

    def of(self, subscription: Subscription, at: datetime) -> DeliveryCredentials:
        """Return the credentials at a time. The old secret signs too until `old_secret_until`. Raises Sealed."""
        until = subscription.old_secret_until
        sealed = (subscription.secret, subscription.old_secret if until and at < until else "")
        account, signing = subscription.account, receiver_signing(subscription.id)
        secrets = tuple(self.opened(account, one, signing) for one in sealed if one)
        auth = self.opened(account, subscription.auth_string, receiver_auth(subscription.id))
        return DeliveryCredentials(auth, secrets)

    def opened(self, account: str, sealed: str, place: str) -> str:
        """Return the secret in plain text; empty for an empty `sealed`. Raises Sealed if the vault cannot open it."""
        if not sealed:
            return ""
        with self._lock:
            known = self._open.get((account, sealed, place))
        if known is None:
            known = self._vault.open(account, sealed, place)
            with self._lock:
                self._open[account, sealed, place] = known
        return known
