"""An account's hook: the one receiver that some dialects' own APIs set, verified before it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from switchboard.errors import Invalid
from switchboard.subscriptions.model import HOOK, AuthType, Subscription
from switchboard.subscriptions.subscribe import Desk

FIELD = "hook"

Verify = Callable[[str, str], None]
"""Asks a receiver (account, URL) whether it is one; Invalid says why it is not."""


@dataclass(frozen=True, slots=True)
class HookDesk:
    """Where an account's hook of a dialect is set, shown and taken away."""

    desk: Desk
    dialect: str
    verify: Verify

    def get(self, account: str) -> Subscription | None:
        """The hook; None where there is none, or where its receiver said that it is gone."""
        found = self._kept(account)
        return found if found and not found.disabled else None

    def put(self, account: str, url: str, events: tuple[str, ...]) -> Subscription:
        """Put a hook in place of the one before; where it is not verified, all stays as it was."""
        self._vet(url)
        self.verify(account, url)
        new = Subscription(account, 0, self.dialect, HOOK, url, self.desk.clock(), events=events)
        old = self._kept(account)
        if old is None:
            made = replace(new, id=self.desk.subscriptions.next_id(account))
            self.desk.subscriptions.add(made)
        else:
            made = _replaced(old, new)
            self.desk.subscriptions.save(made)
        return made

    def remove(self, account: str) -> None:
        """The end of the hook, if there is one; what still waits for it is cancelled."""
        if old := self._kept(account):
            self.desk.subscriptions.remove(account, old.key)

    def _kept(self, account: str) -> Subscription | None:
        return self.desk.subscriptions.get(account, f"{self.dialect}:{HOOK}")

    def _vet(self, url: str) -> None:
        try:
            self.desk.targets.vet(url)
        except Invalid as error:
            raise Invalid(error.message, FIELD) from None


def _replaced(old: Subscription, new: Subscription) -> Subscription:
    """The old one with another address and other events; credentials that it was given are for its receiver alone."""
    kept = old if old.receiver == new.receiver else replace(old, auth_type=AuthType.NONE, auth_string="", auth_field="")
    return replace(kept, url=new.url, events=new.events, disabled="", disabled_at=None, version=old.version + 1)
