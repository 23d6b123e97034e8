"""Add, change and remove destinations: receivers that the operator gives an account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from switchboard.errors import Conflict
from switchboard.kernel.kept_secrets import check_kept_secret
from switchboard.subscriptions.model import EVERYTHING, AuthType, Filters, Subscription
from switchboard.subscriptions.subscribe import SubscriptionManager, new_signing_secret, subscription_of_id
from switchboard.vault import receiver_auth, receiver_signing


@dataclass(frozen=True, slots=True)
class Access:
    """The credentials of deliveries, as in `Subscription`, but not sealed."""

    auth_type: AuthType = AuthType.NONE
    auth_string: str = ""
    auth_field: str = ""


@dataclass(frozen=True, slots=True)
class DestinationRequest:
    """A request for a new destination. `timeout` is in seconds; 0 means the hub's default."""

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
    """A change of a destination. None means no change. `enable` makes a disabled destination active."""

    url: str | None = None
    name: str | None = None
    access: Access | None = None
    events: tuple[str, ...] | None = None
    filters: Filters | None = None
    timeout: float | None = None
    enable: bool = False


@dataclass(frozen=True, slots=True)
class DestinationManager:
    """Adds, changes and removes destinations.

    A subscription that a dialect's own API made can be changed and removed too, except for its event.
    """

    manager: SubscriptionManager

    def add(self, account: str, request: DestinationRequest) -> tuple[Subscription, str]:
        """Store a destination, and return it with its signing secret. The secret is shown once, empty if unsigned."""
        self.manager.targets.vet(request.url, account, "url")
        secret = new_signing_secret() if request.signed else ""
        id_ = self.manager.subscriptions.next_id(account)
        made = Subscription(
            account=account,
            id=id_,
            dialect=request.dialect,
            event_name="",
            url=request.url,
            created_at=self.manager.clock(),
            secret=self._sealed(account, secret, receiver_signing(id_)),
            timeout=request.timeout,
            name=request.name,
            events=request.events,
            filters=request.filters,
            **self._access(account, id_, request.access),
        )
        self.manager.subscriptions.add(made)
        return made, secret

    def change(self, account: str, destination: int, change: DestinationChange) -> Subscription:
        """Save the change, and return the destination. A new URL also enables the destination.

        Raises Invalid if the URL leads to another receiver, and the destination's credentials are not given anew.
        """
        old = self.find(account, destination)
        if change.url is not None:
            self.manager.targets.vet(change.url, account, "url")
        if change.url is not None and change.access is None:
            check_kept_secret(old.url, change.url, old.auth_string, "auth")
        if change.events is not None and old.one_event:
            raise Conflict(
                "The dialect's own API made this subscription for one event: events cannot change.", "events"
            )
        named = {
            name: value
            for name in ("url", "name", "events", "filters", "timeout")
            if (value := getattr(change, name)) is not None
        }
        access = self._access(account, old.id, change.access) if change.access else {}
        live: dict[str, Any] = {"disabled": "", "disabled_at": None} if change.enable or change.url is not None else {}
        changed = replace(old, version=old.version + 1, **named, **access, **live)
        self.manager.subscriptions.save(changed)
        return changed

    def remove(self, account: str, destination: int) -> None:
        """Delete the destination. Its waiting deliveries are cancelled."""
        self.manager.subscriptions.remove(account, self.find(account, destination).key)

    def find(self, account: str, destination: int) -> Subscription:
        """Return the destination with this id. Raises NotFound."""
        return subscription_of_id(account, destination, self.manager.subscriptions, "destination")

    def _access(self, account: str, id_: int, access: Access) -> dict[str, Any]:
        sealed = self._sealed(account, access.auth_string, receiver_auth(id_))
        return {"auth_type": access.auth_type, "auth_string": sealed, "auth_field": access.auth_field}

    def _sealed(self, account: str, secret: str, place: str) -> str:
        return self.manager.vault.seal(account, secret, place) if secret else ""
