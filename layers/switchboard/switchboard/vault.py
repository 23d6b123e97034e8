"""Where secrets are kept sealed: one port for all who have some."""

from __future__ import annotations

from typing import Protocol


class Vault(Protocol):
    """Keeps secrets sealed. What one account sealed opens for no other."""

    def seal(self, account: str, secret: str) -> str:
        """The secret's sealed form, for a table."""

    def open(self, account: str, sealed: str) -> str:
        """The secret; Sealed where it does not open, for this account or now."""
