"""Port Operators."""

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.accounts.operators.model import Operator, OperatorList, OperatorScope
from switchboard.accounts.operators.ports import Operators
from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.operators import OperatorRow
from switchboard.errors import Conflict
from tests.fakes.operators import InMemoryOperators
from tests.support.builders import NOON
from tests.support.stack import Stack
from tests.support.threads import at_once

ANNA = Operator("s1", "anna", "ab" * 32, NOON, "operator:stack", (OperatorScope.READ,))
BORIS = replace(ANNA, id="s2", name="boris", accounts=("acme",), expires_at=NOON + timedelta(days=1))


@pytest.fixture
def operators(request: pytest.FixtureRequest, kind: str) -> Operators:
    """The list to test."""
    if kind == "memory":
        return InMemoryOperators()
    stack: Stack = request.getfixturevalue("stack")
    return OperatorRow(AccountsTable(stack.dynamodb, stack.table("AccountsTable")))


def test_the_list_comes_back_as_it_was_saved(operators: Operators) -> None:
    """Every field of every operator, and the switch; before the first write there is nobody."""
    assert operators.read() == OperatorList()
    operators.save(OperatorList((ANNA, BORIS), stack_on=False))
    assert operators.read() == OperatorList((ANNA, BORIS), stack_on=False, version=0)


def test_of_two_changes_at_once_one_is_made(operators: Operators) -> None:
    """Of the first version and of a later one: nobody is deleted by a change that did not see the other."""
    for _ in range(2):
        known = operators.read()
        ends = at_once([lambda known=known: operators.save(known)] * 2)  # type: ignore[misc]
        assert sorted(type(end).__name__ for end in ends) == ["Conflict", "NoneType"]
    with pytest.raises(Conflict):
        operators.save(OperatorList())
