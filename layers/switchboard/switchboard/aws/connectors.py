"""Connectors of accounts, in CommunicationsTable: pk ACCOUNT#<account>, sk CONNECTOR#<id>."""

from __future__ import annotations

from switchboard.aws.accounts_table import AccountsTable
from switchboard.kernel.communication import Connector


class ConnectorRows:
    """Ports Connectors and Users."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def add(self, connector: Connector) -> None:
        """Insert a connector. Raises Conflict for a taken id."""
        self._table.write(*_key(connector.account, connector.id), connector, None, new=True)

    def get(self, account: str, connector_id: str) -> Connector | None:
        """Return a connector of an account."""
        return self._table.read(*_key(account, connector_id), Connector)

    def save(self, connector: Connector) -> None:
        """Replace a connector."""
        self._table.write(*_key(connector.account, connector.id), connector, None, new=False)

    def remove(self, account: str, connector_id: str) -> bool:
        """Remove a connector. Returns whether the row existed."""
        return self._table.remove(*_key(account, connector_id))

    def of_account(self, account: str) -> list[Connector]:
        """Return an account's connectors, oldest first."""
        found = self._table.under(f"ACCOUNT#{account}", "CONNECTOR#", Connector)
        return sorted(found, key=lambda connector: connector.created_at)

    def extensions(self, account: str) -> dict[str, str]:
        """Return extensions by the CRM's users, of all connectors. For a user in two connectors the older wins."""
        found: dict[str, str] = {}
        for connector in reversed(self.of_account(account)):
            found |= {user.crm_user: user.extension for user in connector.users}
        return found


def _key(account: str, connector_id: str) -> tuple[str, str]:
    return f"ACCOUNT#{account}", f"CONNECTOR#{connector_id}"
