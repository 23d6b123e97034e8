"""The list of operators: one row of the table of accounts, with a version. 100 operators fit into a row."""

from __future__ import annotations

from dataclasses import replace

from switchboard.accounts.operators.model import OperatorList
from switchboard.aws.accounts_table import AccountsTable

KEY = "OPERATORS"


class OperatorRow:
    """Port Operators."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def read(self) -> OperatorList:
        """Return the list as of the last write, an empty list before the first."""
        return self._table.read(KEY, KEY, OperatorList) or OperatorList()

    def save(self, operators: OperatorList) -> None:
        """Write the next version. Raises Conflict if another version has been written since."""
        following = replace(operators, version=operators.version + 1)
        self._table.write_version(KEY, KEY, following, None, following.version)
