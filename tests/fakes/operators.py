"""The list of operators in memory."""

from __future__ import annotations

from dataclasses import replace

from switchboard.accounts.operators.model import OperatorList
from switchboard.errors import Conflict


class InMemoryOperators:
    """Port Operators."""

    def __init__(self) -> None:
        self._known = OperatorList()

    def read(self) -> OperatorList:
        return self._known

    def save(self, operators: OperatorList) -> None:
        if operators.version != self._known.version:
            raise Conflict("Another request changed or removed this resource: read it again.", "id")
        self._known = replace(operators, version=operators.version + 1)
