"""Routing rules of accounts, in AccountsTable: pk ACCOUNT#<id>, sk ROUTING."""

from __future__ import annotations

from switchboard.aws.accounts_table import AccountsTable
from switchboard.routing.model import Routing


class RoutingRows:
    """Port Routings."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def get(self, account: str) -> Routing | None:
        """The rules of an account."""
        return self._table.read(f"ACCOUNT#{account}", "ROUTING", Routing)

    def save(self, routing: Routing) -> None:
        """Upsert the rules of an account."""
        self._table.put(f"ACCOUNT#{routing.account}", "ROUTING", routing)

    def remove(self, account: str) -> None:
        """Remove the rules of an account."""
        self._table.remove(f"ACCOUNT#{account}", "ROUTING")
