"""Secrets sealed in memory, and who vets receivers."""

from __future__ import annotations

import base64

from switchboard.errors import Invalid, Sealed


class MemoryVault:
    """Port Vault; `opened` counts what was opened."""

    def __init__(self) -> None:
        self.opened = 0

    def seal(self, account: str, secret: str, place: str = "") -> str:
        return base64.b64encode(f"{account}\n{place}\n{secret}".encode()).decode()

    def open(self, account: str, sealed: str, place: str = "") -> str:
        self.opened += 1
        try:
            owner, found, secret = base64.b64decode(sealed).decode().split("\n", 2)
        except ValueError:
            owner, found, secret = "", "", ""
        if owner != account or (found and found != place):
            raise Sealed("A secret cannot be opened.")
        return secret


class MemoryTargets:
    """Port Targets; `refused` are the URLs that no delivery may go to."""

    def __init__(self, *refused: str) -> None:
        self.refused = refused

    def vet(self, url: str, account: str = "", field: str = "webhook_url") -> None:  # noqa: ARG002 - a port's
        if url in self.refused:
            raise Invalid("must lead to an address on the public internet", field)
