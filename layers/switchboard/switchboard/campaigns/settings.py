"""Replace and remove notification settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from switchboard.campaigns.in_use import InUse, ResourceKind
from switchboard.campaigns.ports import Resources
from switchboard.errors import NotFound
from switchboard.kernel.campaign import NotificationSettings


@dataclass(frozen=True, slots=True)
class KeepSettings:
    """The use cases behind `/notification-settings`."""

    settings: Resources[NotificationSettings]
    in_use: InUse
    clock: Callable[[], datetime]

    def replace(self, new: NotificationSettings) -> NotificationSettings:
        """Replace settings by their id. Raises NotFound, and Conflict if a running task uses them."""
        find_settings(new.account, new.id, self.settings)
        self.in_use.require_unused(new.account, ResourceKind.SETTINGS, new.id)
        self.settings.save(new)
        return new

    def remove(self, account: str, id_: str) -> None:
        """Delete settings. Raises NotFound, and Conflict if a running task uses them."""
        find_settings(account, id_, self.settings)
        self.in_use.require_unused(account, ResourceKind.SETTINGS, id_)
        self.settings.remove(account, id_, self.clock())


def find_settings(account: str, id_: str, settings: Resources[NotificationSettings]) -> NotificationSettings:
    """Return the account's settings. Raises NotFound."""
    found = settings.get(account, id_)
    if found is None:
        raise NotFound("There are no such settings.")
    return found
