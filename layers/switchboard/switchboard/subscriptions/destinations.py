"""Destinations: receivers of an account, any number of them, each in its dialect and with its own choice of events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from switchboard.errors import Conflict, Invalid
from switchboard.subscriptions.model import EVERYTHING, AuthType, Filters, Subscription
from switchboard.subscriptions.subscribe import Desk, new_signing_secret, subscription_of_id


@dataclass(frozen=True, slots=True)
class Access:
    """How deliveries prove themselves: see Subscription, but not sealed yet."""

    auth_type: AuthType = AuthType.NONE
    auth_string: str = ""
    auth_field: str = ""


@dataclass(frozen=True, slots=True)
class DestinationWish:
    """A destination asked for. `timeout` is 0 for the hub's own."""

    dialect: str
    url: str
    name: str = ""
    access: Access = Access()
    events: tuple[str, ...] = ()
    filters: Filters = EVERYTHING
    timeout: float = 0.0
    signed: bool = True


@dataclass(frozen=True, slots=True)
class DestinationChange:
    """What is to be changed of a destination; None stays as it is. `enable` ends its being disabled."""

    url: str | None = None
    name: str | None = None
    access: Access | None = None
    events: tuple[str, ...] | None = None
    filters: Filters | None = None
    timeout: float | None = None
    enable: bool = False


@dataclass(frozen=True, slots=True)
class DestinationDesk:
    """Where destinations are made, changed and taken away, at the desk where subscriptions are.

    Both are the same thing: what a dialect's own API made can be changed and taken away here too, but for its event.
    """

    desk: Desk

    def add(self, account: str, wish: DestinationWish) -> tuple[Subscription, str]:
        """The destination, and its signing secret, to be shown once; empty where it wants none."""
        self._vet(wish.url)
        secret = new_signing_secret() if wish.signed else ""
        made = Subscription(
            account=account,
            id=self.desk.subscriptions.next_id(account),
            dialect=wish.dialect,
            event_name="",
            url=wish.url,
            created_at=self.desk.clock(),
            secret=self._sealed(account, secret),
            timeout=wish.timeout,
            name=wish.name,
            events=wish.events,
            filters=wish.filters,
            **self._access(account, wish.access),
        )
        self.desk.subscriptions.add(made)
        return made, secret

    def change(self, account: str, destination: int, change: DestinationChange) -> Subscription:
        """The destination as changed; another address enables it as well."""
        old = self.find(account, destination)
        if change.url is not None:
            self._vet(change.url)
        if change.events is not None and old.event_name:
            raise Conflict("It was made by its dialect's own API, for one event.", "events")
        named = {
            name: value
            for name in ("url", "name", "events", "filters", "timeout")
            if (value := getattr(change, name)) is not None
        }
        access = self._access(account, change.access) if change.access else {}
        live: dict[str, Any] = {"disabled": "", "disabled_at": None} if change.enable or change.url is not None else {}
        changed = replace(old, version=old.version + 1, **named, **access, **live)
        self.desk.subscriptions.save(changed)
        return changed

    def remove(self, account: str, destination: int) -> None:
        """The end of a destination; what still waits for it is cancelled."""
        self.desk.subscriptions.remove(account, self.find(account, destination).key)

    def find(self, account: str, destination: int) -> Subscription:
        """The account's destination of this id, or NotFound."""
        return subscription_of_id(account, destination, self.desk.subscriptions, "destination")

    def _vet(self, url: str) -> None:
        try:
            self.desk.targets.vet(url)
        except Invalid as error:
            raise Invalid(error.message, "url") from None

    def _access(self, account: str, access: Access) -> dict[str, Any]:
        sealed = self._sealed(account, access.auth_string)
        return {"auth_type": access.auth_type, "auth_string": sealed, "auth_field": access.auth_field}

    def _sealed(self, account: str, secret: str) -> str:
        return self.desk.vault.seal(account, secret) if secret else ""
