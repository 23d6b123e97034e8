"""Ports of erasures: their repository, the places that hold data, and the workflow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from switchboard.erasures.model import Erasure, Finding, Wanted


class Erasures(Protocol):
    """Repository of erasures, with the marks of each."""

    def get(self, erasure_id: str) -> Erasure | None: ...

    def all(self) -> list[Erasure]:
        """Return every erasure, the latest first."""

    def save(self, erasure: Erasure) -> Erasure:
        """Write the next version by compare-and-set, and return it. Raises Conflict if the version is out of date."""

    def remember(self, erasure_id: str, marks: Iterable[str]) -> None:
        """Add marks to those of an erasure. A repeat changes nothing."""

    def marks(self, erasure_id: str) -> frozenset[str]:
        """Return the marks of an erasure."""

    def forget(self, erasure_id: str) -> None:
        """Remove the marks of an erasure."""


class DataPlace(Protocol):
    """A table, a folder of a bucket, or a dead letter queue."""

    def look(self, wanted: Wanted, cursor: str) -> Finding:
        """Look through one page, from `cursor` on; an empty cursor is the beginning. Nothing is changed."""

    def erase(self, finding: Finding, wanted: Wanted) -> None:
        """Delete or rewrite what was found. A repeat changes nothing. A row that has changed since is left."""


class EraseWorkflows(Protocol):
    """Starts the workflow of an erasure, to begin after `wait` seconds. Starting a part twice starts one execution."""

    def erase(self, erasure_id: str, part: int, wait: float) -> None: ...
