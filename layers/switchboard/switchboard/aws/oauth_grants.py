"""OAuth grants of connectors, in CommunicationsTable: pk ACCOUNT#<account>, sk GRANT#<connector>."""

from __future__ import annotations

from dataclasses import replace

from switchboard.aws.accounts_table import AccountsTable
from switchboard.crm.oauth.model import OAuthGrant


class OAuthGrantRows:
    """Port OAuthGrants."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def get(self, account: str, connector: str) -> OAuthGrant | None:
        """Return the grant of a connector."""
        return self._table.read(*_key(account, connector), OAuthGrant)

    def save(self, grant: OAuthGrant) -> OAuthGrant:
        """Write the next version of a grant by compare-and-set, and return it."""
        following = replace(grant, version=grant.version + 1)
        self._table.write_version(*_key(grant.account, grant.connector), following, None, grant.version)
        return following

    def remove(self, account: str, connector: str) -> None:
        """Remove the grant of a connector."""
        self._table.remove(*_key(account, connector))


def _key(account: str, connector: str) -> tuple[str, str]:
    return f"ACCOUNT#{account}", f"GRANT#{connector}"
