"""What connecting sources needs from the outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from switchboard.accounts.upstream.model import Hook, Upstream


class Upstreams(Protocol):
    """The PBX of each source that is connected."""

    def add(self, upstream: Upstream) -> None:
        """Keep a new one; Conflict where the source has one."""

    def get(self, source_id: str) -> Upstream | None: ...

    def save(self, upstream: Upstream) -> Upstream:
        """Replace one, and give its next version; Conflict where it has changed or gone since it was read."""

    def remove(self, upstream: Upstream) -> None:
        """Forget one, if it is there; Conflict where it has changed since it was read."""

    def all(self) -> list[Upstream]:
        """Those of all accounts, the longest unchecked first."""


class Pbx(Protocol):
    """One account of a PBX. Everything may raise ProviderRefused and ProviderSilent."""

    def subscriptions(self) -> dict[str, str]:
        """Event name → id of its subscription, whoever it tells."""

    def subscribe(self, event_name: str, url: str, login: str) -> str:
        """The id of a new subscription; Conflict where there is one for the event."""

    def unsubscribe(self, event_name: str) -> None: ...

    def extensions(self) -> list[str]: ...


Dial = Callable[[Upstream, str], Pbx]
"""The PBX behind an upstream, asked with this token."""


class HookPbx(Protocol):
    """One account of a PBX that has one hook. Everything may raise ProviderRefused and ProviderSilent."""

    def hook(self) -> Hook: ...

    def subscribe(self, url: str, events: Sequence[str]) -> Hook:
        """The hook as it is now, none where no events are named; Conflict where it was not taken."""


DialHook = Callable[[Upstream, str], HookPbx]
"""The PBX behind an upstream, asked with this token."""
