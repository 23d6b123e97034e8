"""Replays, in AccountsTable.

| pk                | sk            | what     | owner (index by_owner)         |
|-------------------|---------------|----------|--------------------------------|
| ACCOUNT#<account> | REPLAY#<id>   | a replay | REPLAYS while the replay runs  |
"""

from __future__ import annotations

from dataclasses import replace

from switchboard.aws.accounts_table import AccountsTable
from switchboard.deliveries.replays.model import ReplayRun

OWNER, ACCOUNT, PREFIX = "REPLAYS", "ACCOUNT#", "REPLAY#"


class ReplayRunRows:
    """Port ReplayRuns."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def get(self, run_id: str) -> ReplayRun | None:
        """Return a replay as of the last write. Its id names the account."""
        return self._table.read(ACCOUNT + run_id.rpartition("-")[0], PREFIX + run_id, ReplayRun)

    def of_account(self, account: str) -> list[ReplayRun]:
        """Return the replays of an account, in no order."""
        return self._table.under(ACCOUNT + account, PREFIX, ReplayRun)

    def running(self) -> list[ReplayRun]:
        """Return the unfinished replays. A replay that ended a moment ago is left out."""
        found = (self.get(one.id) for one in self._table.owned(OWNER, ACCOUNT, ReplayRun))
        return [run for run in found if run is not None and run.is_running]

    def save(self, run: ReplayRun) -> ReplayRun:
        """Write the next version of a replay by compare-and-set, and return it."""
        after = replace(run, version=run.version + 1)
        owner = OWNER if run.is_running else None
        self._table.write_version(ACCOUNT + run.account, PREFIX + run.id, after, owner, run.version)
        return after

    def remove(self, run: ReplayRun) -> None:
        """Remove a replay."""
        self._table.remove(ACCOUNT + run.account, PREFIX + run.id)
