"""Make and change the subscriptions of a dialect's own API, and give signing secrets."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.errors import Conflict, NotFound
from switchboard.kernel.kept_secrets import check_kept_secret
from switchboard.subscriptions.model import AuthType, Subscription
from switchboard.subscriptions.ports import Subscriptions, Targets
from switchboard.vault import Vault, receiver_auth, receiver_signing

SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """A receiver's request for a subscription. An `auth_string` of None keeps the stored one."""

    event_name: str
    url: str
    auth_type: AuthType = AuthType.NONE
    auth_string: str | None = ""
    auth_field: str = ""


@dataclass(frozen=True, slots=True)
class SubscriptionManager:
    """Makes and changes subscriptions. Addresses are checked by `targets`; secrets are sealed by `vault`."""

    subscriptions: Subscriptions
    vault: Vault
    targets: Targets
    clock: Callable[[], datetime]

    def subscribe(self, account: str, dialect: str, request: SubscriptionRequest) -> Subscription:
        """Store a new subscription, and return it. Raises Conflict if the account has an active one for this event.

        A disabled subscription is replaced.
        """
        self.targets.vet(request.url, account)
        blank = Subscription(account, 0, dialect, request.event_name, request.url, self.clock())
        old = self.subscriptions.get(account, blank.key)
        if old is not None and not old.disabled:
            raise Conflict("There is a subscription for this event already.")
        version = old.version + 1 if old else 1
        made = self._with_access(replace(blank, id=self.subscriptions.next_id(account), version=version), request)
        (self.subscriptions.save if old else self.subscriptions.add)(made)
        return made

    def change(self, account: str, dialect: str, request: SubscriptionRequest) -> Subscription:
        """Replace address and credentials of a subscription, and return it.

        Raises NotFound. Raises Invalid if kept credentials would go to another receiver.
        """
        self.targets.vet(request.url, account)
        old = find_subscription(account, dialect, request.event_name, self.subscriptions)
        if request.auth_string is None:
            check_kept_secret(old.url, request.url, old.auth_string, "auth_string")
        live = replace(old, disabled="", disabled_at=None, version=old.version + 1)
        changed = self._with_access(live, request)
        self.subscriptions.save(changed)
        return changed

    def sign(self, account: str, subscription_id: int, called: str = "subscription") -> tuple[Subscription, str]:
        """Give a subscription a new signing secret. Return both; the secret is shown once. Raises NotFound.

        For 24 hours the old secret signs as well, so that the receiver can change over.
        """
        old = subscription_of_id(account, subscription_id, self.subscriptions, called)
        secret = new_signing_secret()
        signed = replace(
            old,
            secret=self.vault.seal(account, secret, receiver_signing(old.id)),
            old_secret=old.secret,
            old_secret_until=self.clock() + OVERLAP if old.secret else None,
            version=old.version + 1,
        )
        self.subscriptions.save(signed)
        return signed, secret

    def adjust(self, account: str, subscription_id: int, *, timeout: float | None, active: bool) -> Subscription:
        """Set the time-out (seconds; None: no change), and enable the subscription if `active`. Raises NotFound."""
        old = subscription_of_id(account, subscription_id, self.subscriptions)
        changed = replace(old, version=old.version + 1, timeout=old.timeout if timeout is None else timeout)
        if active:
            changed = replace(changed, disabled="", disabled_at=None)
        self.subscriptions.save(changed)
        return changed

    def _with_access(self, subscription: Subscription, request: SubscriptionRequest) -> Subscription:
        kept = subscription.auth_string if request.auth_string is None else ""
        account, place = subscription.account, receiver_auth(subscription.id)
        return replace(
            subscription,
            url=request.url,
            auth_type=request.auth_type,
            auth_string=self.vault.seal(account, request.auth_string, place) if request.auth_string else kept,
            auth_field=request.auth_field,
        )


def find_subscription(account: str, dialect: str, event_name: str, subscriptions: Subscriptions) -> Subscription:
    """Return the subscription for an event. Raises NotFound."""
    found = subscriptions.get(account, f"{dialect}:{event_name}")
    if found is None:
        raise NotFound("There is no subscription for this event.", "event_name")
    return found


def subscription_of_id(
    account: str, subscription_id: int, subscriptions: Subscriptions, called: str = "subscription"
) -> Subscription:
    """Return the subscription with this id. Raises NotFound; `called` is the noun in its message."""
    for subscription in subscriptions.of_account(account):
        if subscription.id == subscription_id:
            return subscription
    raise NotFound(f"There is no such {called}.", called)


def new_signing_secret() -> str:
    """Return a Standard Webhooks secret: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
