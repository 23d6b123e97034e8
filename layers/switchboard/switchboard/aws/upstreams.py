"""Upstreams of sources, in AccountsTable: pk SOURCE#<id>, sk UPSTREAM, owner UPSTREAMS."""

from __future__ import annotations

from dataclasses import replace

from switchboard.accounts.upstream.model import Upstream
from switchboard.aws.accounts_table import AccountsTable

OWNER = "UPSTREAMS"  # no account's id, because those have no capitals


class UpstreamRows:
    """Port Upstreams."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def add(self, upstream: Upstream) -> None:
        """Insert an upstream."""
        self._write(upstream)

    def get(self, source_id: str) -> Upstream | None:
        """Return the upstream of a source."""
        return self._table.read(_pk(source_id), "UPSTREAM", Upstream)

    def save(self, upstream: Upstream) -> Upstream:
        """Write the next version of an upstream, and return it. Raises Conflict."""
        following = replace(upstream, version=upstream.version + 1)
        self._write(following)
        return following

    def remove(self, upstream: Upstream) -> None:
        """Remove an upstream."""
        self._table.remove_version(_pk(upstream.source), "UPSTREAM", upstream.version)

    def all(self) -> list[Upstream]:
        """Return the upstreams of all accounts, by `checked_at`, oldest first."""
        found = self._table.owned(OWNER, "SOURCE#", Upstream)
        return sorted(found, key=lambda upstream: upstream.checked_at or upstream.connected_at)

    def _write(self, upstream: Upstream) -> None:
        self._table.write_version(_pk(upstream.source), "UPSTREAM", upstream, OWNER, upstream.version)


def _pk(source_id: str) -> str:
    return f"SOURCE#{source_id}"
