"""The webhook of an account: some dialects' APIs set one receiver for all events, which must verify itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from switchboard.kernel.kept_secrets import is_same_receiver
from switchboard.subscriptions.model import HOOK, AuthType, Subscription
from switchboard.subscriptions.subscribe import SubscriptionManager

FIELD = "hook"

Verify = Callable[[str, str], None]
"""Verify the receiver at a URL of an account. Raises Invalid if the receiver does not confirm."""


@dataclass(frozen=True, slots=True)
class AccountHookManager:
    """Sets, shows and removes the webhook of an account in one dialect."""

    manager: SubscriptionManager
    dialect: str
    verify: Verify

    def get(self, account: str) -> Subscription | None:
        """Return the webhook; None without one, or if the webhook is disabled."""
        found = self._stored(account)
        return found if found and not found.disabled else None

    def put(self, account: str, url: str, events: tuple[str, ...]) -> Subscription:
        """Replace the webhook, and return it. Raises Invalid, and changes nothing, if the receiver does not confirm."""
        self.manager.targets.vet(url, account, FIELD)
        self.verify(account, url)
        new = Subscription(account, 0, self.dialect, HOOK, url, self.manager.clock(), events=events)
        old = self._stored(account)
        if old is None:
            made = replace(new, id=self.manager.subscriptions.next_id(account))
            self.manager.subscriptions.add(made)
        else:
            made = _replaced(old, new)
            self.manager.subscriptions.save(made)
        return made

    def remove(self, account: str) -> None:
        """Delete the webhook, if there is one. Its waiting deliveries are cancelled."""
        if old := self._stored(account):
            self.manager.subscriptions.remove(account, old.key)

    def _stored(self, account: str) -> Subscription | None:
        return self.manager.subscriptions.get(account, f"{self.dialect}:{HOOK}")


def _replaced(old: Subscription, new: Subscription) -> Subscription:
    """Return the old subscription with new URL and events. A new receiver does not inherit the credentials."""
    kept = (
        old
        if is_same_receiver(old.url, new.url)
        else replace(old, auth_type=AuthType.NONE, auth_string="", auth_field="")
    )
    return replace(kept, url=new.url, events=new.events, disabled="", disabled_at=None, version=old.version + 1)
