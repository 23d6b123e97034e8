"""Port Telephonies."""

from typing import Any

import pytest

from switchboard.aws.accounts_table import AccountsTable
from switchboard.telephony.model import AccountTelephony
from switchboard.telephony.ports import Telephonies
from tests.fakes.telephony import MemoryTelephonies

CHOSEN = AccountTelephony("acme", "vpbx", {"base_url": "https://pbx.example", "retries": [1, 2.5, None]}, "sealed")


@pytest.fixture
def telephonies(kind: str, request: pytest.FixtureRequest) -> Telephonies:
    if kind == "memory":
        return MemoryTelephonies()
    stack: Any = request.getfixturevalue("stack")
    return AccountsTable(stack.dynamodb, stack.table("AccountsTable")).telephonies


def test_a_choice_comes_back_as_it_was_saved(telephonies: Telephonies) -> None:
    """With settings of any shape."""
    telephonies.save(CHOSEN)
    assert telephonies.get("acme") == CHOSEN


def test_a_later_choice_replaces_the_one_before(telephonies: Telephonies) -> None:
    """Wholly, its secret included."""
    telephonies.save(CHOSEN)
    telephonies.save(AccountTelephony("acme", "simulator"))
    assert telephonies.get("acme") == AccountTelephony("acme", "simulator")


def test_an_account_may_have_none(telephonies: Telephonies) -> None:
    """Another's choice is not its own."""
    telephonies.save(CHOSEN)
    assert telephonies.get("other") is None


def test_a_removed_choice_is_gone(telephonies: Telephonies) -> None:
    """And to remove it again is no error."""
    telephonies.save(CHOSEN)
    telephonies.remove("acme")
    telephonies.remove("acme")
    assert telephonies.get("acme") is None
