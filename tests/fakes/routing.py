"""Accounts' rules of routing in memory."""

from __future__ import annotations

from switchboard.routing.model import Routing


class MemoryRoutings:
    """Port Routings."""

    def __init__(self) -> None:
        self._rows: dict[str, Routing] = {}

    def get(self, account: str) -> Routing | None:
        return self._rows.get(account)

    def save(self, routing: Routing) -> None:
        self._rows[routing.account] = routing

    def remove(self, account: str) -> None:
        self._rows.pop(account, None)
