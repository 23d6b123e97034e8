"""Port of operators: one list with an optimistic lock."""

from __future__ import annotations

from typing import Protocol

from switchboard.accounts.operators.model import OperatorList


class Operators(Protocol):
    """The list of operators. `save` writes the next version, and raises Conflict after another change."""

    def read(self) -> OperatorList: ...
    def save(self, operators: OperatorList) -> None: ...
