"""The port for sealing secrets."""

from __future__ import annotations

from typing import Protocol


class Vault(Protocol):
    """Seals (encrypts) secrets. A secret sealed for one account cannot be opened for another account."""

    def seal(self, account: str, secret: str) -> str:
        """Return the sealed secret, as text for a table."""

    def open(self, account: str, sealed: str) -> str:
        """Return the secret in plain text. Raises Sealed if it cannot be opened, or not for this account."""
