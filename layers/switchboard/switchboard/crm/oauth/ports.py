"""The port of kept grants."""

from __future__ import annotations

from typing import Protocol

from switchboard.crm.oauth.model import OAuthGrant


class OAuthGrants(Protocol):
    """Repository of grants, one for each connector. Reads are strongly consistent."""

    def get(self, account: str, connector: str) -> OAuthGrant | None: ...

    def save(self, grant: OAuthGrant) -> OAuthGrant:
        """Write the next version by compare-and-set, and return it. Raises Conflict if another version is stored."""

    def remove(self, account: str, connector: str) -> None:
        """Remove the grant, if present."""
