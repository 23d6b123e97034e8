"""Make and delete operators, and switch the stack's own token off and on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from switchboard.accounts.digests import digest_of, new_secret
from switchboard.accounts.operators.contracts import operator_view, read_operator, stack_view
from switchboard.accounts.operators.model import STACK, Caller, OperatorList
from switchboard.accounts.operators.ports import Operators
from switchboard.accounts.operators.rules import (
    found_operator,
    is_visible,
    with_operator,
    with_stack,
    without_operator,
)
from switchboard.accounts.ports import Accounts
from switchboard.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class ManageOperators:
    """Changes the list of operators. `stays` says whether the template keeps the stack's token on."""

    operators: Operators
    accounts: Accounts
    stays: Callable[[], bool]
    clock: Callable[[], datetime]

    def views(self, by: Caller) -> list[dict[str, Any]]:
        """Return the operators in the caller's reach, the stack's own first."""
        known, now = self.operators.read(), self.clock()
        own = [self._stack(known)] if by.accounts is None else []
        return own + [operator_view(one, now) for one in known.operators if is_visible(one, by)]

    def view(self, operator_id: str, by: Caller) -> dict[str, Any]:
        """Return one operator. Raises NotFound."""
        known = self.operators.read()
        if operator_id == STACK and by.accounts is None:
            return self._stack(known)
        return operator_view(found_operator(known, operator_id, by), self.clock())

    def add(self, fields: Mapping[str, Any], by: Caller) -> dict[str, Any]:
        """Make an operator, and return it with `token`, which is stored nowhere.

        Raises Invalid, NotFound for an unknown account, Forbidden for rights that the maker lacks, and Conflict.
        """
        text, now = new_secret(), self.clock()
        new = read_operator(fields, digest_of(text), by, now)
        for account in new.accounts or ():
            if not by.reaches(account) or self.accounts.get(account) is None:
                raise NotFound("There is no such account.", "accounts")
        self.operators.save(with_operator(self.operators.read(), new, by))
        return {**operator_view(new, now), "token": text}

    def remove(self, operator_id: str, by: Caller) -> None:
        """Delete an operator, or switch the stack's token off. Raises NotFound, Forbidden and Conflict."""
        if operator_id == STACK and self.stays():
            raise Conflict("The template's parameter StackOperator keeps this token on.", "operator")
        self.operators.save(without_operator(self.operators.read(), operator_id, by))

    def enable(self, operator_id: str, by: Caller) -> dict[str, Any]:
        """Switch the stack's token on, and return the operator. Raises NotFound, Forbidden and Conflict."""
        known = with_stack(self.operators.read(), operator_id, by)
        self.operators.save(known)
        return self._stack(known)

    def _stack(self, known: OperatorList) -> dict[str, Any]:
        return stack_view(is_on=known.stack_on or self.stays())
