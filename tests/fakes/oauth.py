"""OAuth grants in memory."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

from switchboard.crm.oauth.model import OAuthGrant
from switchboard.errors import Conflict


class MemoryOAuthGrants:
    """Port OAuthGrants."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], OAuthGrant] = {}
        self._lock = Lock()

    def get(self, account: str, connector: str) -> OAuthGrant | None:
        return self._rows.get((account, connector))

    def save(self, grant: OAuthGrant) -> OAuthGrant:
        place, following = (grant.account, grant.connector), replace(grant, version=grant.version + 1)
        with self._lock:
            kept = self._rows.get(place)
            if (kept.version if kept else 0) != grant.version:
                raise Conflict("Another request changed this resource: read it again, and repeat the change.", "id")
            self._rows[place] = following
        return following

    def remove(self, account: str, connector: str) -> None:
        with self._lock:
            self._rows.pop((account, connector), None)
