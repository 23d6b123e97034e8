"""Port LoginRefusals."""

from datetime import timedelta

import pytest

from switchboard.accounts.logins.model import RefusedLogins
from switchboard.accounts.logins.ports import LoginRefusals
from switchboard.aws.refused_logins import RefusedLoginRows
from tests.fakes.logins import InMemoryLogins
from tests.support.builders import NOON
from tests.support.stack import Stack


@pytest.fixture
def logins(request: pytest.FixtureRequest, kind: str) -> LoginRefusals:
    """The counts to test."""
    if kind == "memory":
        return InMemoryLogins()
    stack: Stack = request.getfixturevalue("stack")
    return RefusedLoginRows(stack.dynamodb, stack.table("ActivityTable"))


def test_refusals_are_counted_by_sender_and_hour(logins: LoginRefusals) -> None:
    """Each answer is the count before; another sender and another hour begin anew."""
    second = timedelta(seconds=1)
    told = [logins.add("203.0.113.7", NOON + place * second) for place in range(3)]
    assert told == [None, RefusedLogins(1, NOON), RefusedLogins(2, NOON + second)]
    assert logins.add("2001:db8::/64", NOON) is None
    assert logins.add("203.0.113.7", NOON + timedelta(hours=1)) is None
