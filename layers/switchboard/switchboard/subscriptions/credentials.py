"""Open the secrets of subscriptions. Opened secrets are cached for five minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from switchboard.kernel.last_known import Ages, LastKnown, never_an_outage
from switchboard.subscriptions.model import DeliveryCredentials, Subscription
from switchboard.vault import Vault, receiver_auth, receiver_signing

KEEP_SECONDS = 300
REMEMBERED = 1000
AGES = Ages(KEEP_SECONDS, 24 * 3600)


class CredentialOpener:
    """Adapter for the port `deliveries.ports.CredentialOpener`. Threads serve the groups of a batch.

    While the vault cannot be reached, as `is_outage` tells, a secret that was opened within a day serves. `told` hears.
    """

    def __init__(
        self,
        vault: Vault,
        is_outage: Callable[[Exception], bool] = never_an_outage,
        told: Callable[[Exception], object] = lambda _: None,
    ) -> None:
        self._vault = vault
        self._open: LastKnown[tuple[str, str, str], str] = LastKnown(REMEMBERED, AGES, is_outage, told)

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
        return self._open.get((account, sealed, place), lambda: self._vault.open(account, sealed, place))
