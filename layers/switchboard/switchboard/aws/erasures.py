"""Erasures and their marks, in AccountsTable.

| pk            | sk             | what                                                   | owner (index by_owner) |
|---------------|----------------|--------------------------------------------------------|------------------------|
| ERASURE#<id>  | ERASURE        | an erasure                                             | ERASURES               |
| ERASURE#<id>  | MARK#<mark>    | a call, command or communication with the erased number |                       |

The rows stay when their account goes: they are the operator's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from switchboard.aws.accounts_table import AccountsTable
from switchboard.erasures.model import Erasure

OWNER, PREFIX, MARK = "ERASURES", "ERASURE#", "MARK#"


class ErasureRows:
    """Port Erasures."""

    def __init__(self, table: AccountsTable) -> None:
        self._table = table

    def get(self, erasure_id: str) -> Erasure | None:
        """Return an erasure as of the last write."""
        return self._table.read(_pk(erasure_id), "ERASURE", Erasure)

    def all(self) -> list[Erasure]:
        """Return every erasure, the latest first."""
        found = self._table.owned(OWNER, PREFIX, Erasure)
        return sorted(found, key=lambda erasure: erasure.asked_at, reverse=True)

    def save(self, erasure: Erasure) -> Erasure:
        """Write the next version of an erasure by compare-and-set, and return it."""
        after = replace(erasure, version=erasure.version + 1)
        self._table.write_version(_pk(erasure.id), "ERASURE", after, OWNER, erasure.version)
        return after

    def remember(self, erasure_id: str, marks: Iterable[str]) -> None:
        """Add marks. A mark may be longer than a key, so the key holds a digest."""
        for mark in marks:
            self._table.put(_pk(erasure_id), _mark_key(mark), mark)

    def marks(self, erasure_id: str) -> frozenset[str]:
        """Return the marks of an erasure."""
        return frozenset(self._table.under(_pk(erasure_id), MARK, str))

    def forget(self, erasure_id: str) -> None:
        """Remove the marks of an erasure."""
        for mark in self.marks(erasure_id):
            self._table.remove(_pk(erasure_id), _mark_key(mark))


def _pk(erasure_id: str) -> str:
    return PREFIX + erasure_id


def _mark_key(mark: str) -> str:
    return MARK + hashlib.sha256(mark.encode()).hexdigest()
