"""Watches on the silence of sources, in AccountsTable: pk SOURCE#<id>, sk SILENCE, owner SILENCES."""

from __future__ import annotations

from dataclasses import replace

from switchboard.accounts.activity.model import SilenceWatch
from switchboard.aws.accounts_table import AccountsTable

OWNER, KEY = "SILENCES", "SILENCE"


class SilenceRows:
    """Port Silences."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def get(self, source_id: str) -> SilenceWatch | None:
        """Return the watch on a source."""
        return self._table.read(_pk(source_id), KEY, SilenceWatch)

    def all(self) -> list[SilenceWatch]:
        """Return every watch."""
        return self._table.owned(OWNER, "SOURCE#", SilenceWatch)

    def save(self, watch: SilenceWatch) -> SilenceWatch:
        """Write the next version of a watch by compare-and-set, and return it."""
        after = replace(watch, version=watch.version + 1)
        self._table.write_version(_pk(watch.source), KEY, after, OWNER, watch.version)
        return after

    def remove(self, source_id: str) -> None:
        """Remove the watch on a source."""
        self._table.remove(_pk(source_id), KEY)


def _pk(source_id: str) -> str:
    return f"SOURCE#{source_id}"
