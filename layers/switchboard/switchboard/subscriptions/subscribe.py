"""Subscribe, change, unsubscribe, and sign."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.errors import Conflict, NotFound
from switchboard.subscriptions.model import AuthType, Subscription
from switchboard.subscriptions.ports import Subscriptions, Targets, Vault

SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a receiver asks for. An `auth_string` of None leaves the old one in place."""

    event_name: str
    url: str
    auth_type: AuthType = AuthType.NONE
    auth_string: str | None = ""
    auth_field: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where subscriptions are made and changed: their table, the vault for their secrets, who vets their receivers."""

    subscriptions: Subscriptions
    vault: Vault
    targets: Targets
    clock: Callable[[], datetime]

    def subscribe(self, account: str, dialect: str, wish: Wish) -> Subscription:
        """Make the subscription; Conflict where the account has a live one for this event already.

        One that was disabled, because its receiver was gone, makes room.
        """
        self.targets.vet(wish.url)
        blank = Subscription(account, 0, dialect, wish.event_name, wish.url, self.clock())
        old = self.subscriptions.get(account, blank.key)
        if old is not None and not old.disabled:
            raise Conflict("There is a subscription for this event already.")
        version = old.version + 1 if old else 1
        made = self._granted(replace(blank, id=self.subscriptions.next_id(account), version=version), wish)
        (self.subscriptions.save if old else self.subscriptions.add)(made)
        return made

    def change(self, account: str, dialect: str, wish: Wish) -> Subscription:
        """Replace where and how an event is delivered; NotFound where there is no subscription."""
        self.targets.vet(wish.url)
        old = find_subscription(account, dialect, wish.event_name, self.subscriptions)
        live = replace(old, disabled="", disabled_at=None, version=old.version + 1)
        changed = self._granted(live, wish)
        self.subscriptions.save(changed)
        return changed

    def sign(self, account: str, subscription_id: int, called: str = "subscription") -> tuple[Subscription, str]:
        """Give a subscription a new signing secret, and return it with the secret, to be shown once.

        The old secret signs as well for a day, so that the receiver can change over.
        """
        old = subscription_of_id(account, subscription_id, self.subscriptions, called)
        secret = new_signing_secret()
        signed = replace(
            old,
            secret=self.vault.seal(account, secret),
            old_secret=old.secret,
            old_secret_until=self.clock() + OVERLAP if old.secret else None,
            version=old.version + 1,
        )
        self.subscriptions.save(signed)
        return signed, secret

    def adjust(self, account: str, subscription_id: int, *, timeout: float | None, active: bool) -> Subscription:
        """Set a time-out of its own, and enable what was disabled."""
        old = subscription_of_id(account, subscription_id, self.subscriptions)
        changed = replace(old, version=old.version + 1, timeout=old.timeout if timeout is None else timeout)
        if active:
            changed = replace(changed, disabled="", disabled_at=None)
        self.subscriptions.save(changed)
        return changed

    def _granted(self, subscription: Subscription, wish: Wish) -> Subscription:
        kept = subscription.auth_string if wish.auth_string is None else ""
        return replace(
            subscription,
            url=wish.url,
            auth_type=wish.auth_type,
            auth_string=self.vault.seal(subscription.account, wish.auth_string) if wish.auth_string else kept,
            auth_field=wish.auth_field,
        )


def find_subscription(account: str, dialect: str, event_name: str, subscriptions: Subscriptions) -> Subscription:
    """The account's subscription for an event, or NotFound."""
    found = subscriptions.get(account, f"{dialect}:{event_name}")
    if found is None:
        raise NotFound("There is no subscription for this event.", "event_name")
    return found


def subscription_of_id(
    account: str, subscription_id: int, subscriptions: Subscriptions, called: str = "subscription"
) -> Subscription:
    """The account's subscription of this id, or NotFound, by the name that the caller has for one."""
    for subscription in subscriptions.of_account(account):
        if subscription.id == subscription_id:
            return subscription
    raise NotFound(f"There is no such {called}.", called)


def new_signing_secret() -> str:
    """A Standard Webhooks secret: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
