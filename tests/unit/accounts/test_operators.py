"""Who an operator's token is, while the list of operators changes."""

from dataclasses import replace
from datetime import datetime, timedelta

from switchboard.accounts.digests import digest_of
from switchboard.accounts.operators.identify import IdentifyOperator
from switchboard.accounts.operators.model import Operator, OperatorList, OperatorScope, stack_caller
from tests.fakes.operators import InMemoryOperators
from tests.support.builders import NOON

MINUTE = timedelta(minutes=1)
ANNA = Operator("s1", "anna", digest_of("of-anna"), NOON, "operator:stack", (OperatorScope.READ,), ("acme",))


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


def test_a_warm_function_sees_a_change_within_a_minute() -> None:
    """A new token, the end of one, its deletion, and the switch of the stack's token."""
    operators, clock, stays = InMemoryOperators(), Clock(), list[bool]()
    who = IdentifyOperator(operators, lambda: "of-stack", lambda: bool(stays), clock)
    seen = []
    for known in (
        OperatorList(),
        OperatorList((ANNA,)),
        OperatorList((replace(ANNA, expires_at=NOON),), stack_on=False),
        OperatorList(stack_on=False),
    ):
        operators.save(replace(known, version=operators.read().version))
        clock.time += MINUTE
        seen.append((who("of-anna") is not None, who("of-stack") == stack_caller(), who(""), who("ё"), who("wrong")))
    assert seen == [(anna, stack, None, None, None) for anna, stack in [(0, 1), (1, 1), (0, 0), (0, 0)]]
    stays.append(True)
    assert who("of-stack") == stack_caller()


def test_the_sender_has_the_operators_bounds() -> None:
    """Its scopes, its accounts, and its name in records."""
    operators = InMemoryOperators()
    operators.save(OperatorList((ANNA,)))
    found = IdentifyOperator(operators, lambda: "of-stack", lambda: False, lambda: NOON)("of-anna")
    assert found is not None
    assert (found.actor, found.scopes, found.reaches("acme"), found.reaches("other")) == (
        "operator:anna",
        {"read"},
        True,
        False,
    )
