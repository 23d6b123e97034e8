"""The rules of a suspension, and how long functions remember the state of an account."""

from datetime import timedelta

from switchboard.accounts.model import AccountState
from switchboard.accounts.states import SEEN_WITHIN, AccountStates
from switchboard.accounts.suspension import MOST_KEPT, in_state, time_suspended
from tests.fakes.accounts import MemoryAccounts
from tests.support.builders import NOON, an_account

HOUR = timedelta(hours=1)


def test_only_the_time_in_suspension_counts() -> None:
    """A suspension that lasts counts until now, one that began before counts from the asked time."""
    account = in_state(an_account(), AccountState.SUSPENDED, NOON)
    for now, since, expected in ((0, -1, 0), (3, -1, 3), (3, 1, 2), (3, 5, 0)):
        assert time_suspended(account, NOON + since * HOUR, NOON + now * HOUR) == expected * HOUR
    account = in_state(account, AccountState.ACTIVE, NOON + 2 * HOUR)
    account = in_state(in_state(account, AccountState.SUSPENDED, NOON + 5 * HOUR), AccountState.ACTIVE, NOON + 6 * HOUR)
    for since, expected in ((-1, 3), (1, 2), (3, 1), (7, 0)):
        assert time_suspended(account, NOON + since * HOUR, NOON + 9 * HOUR) == expected * HOUR


def test_a_repeat_changes_nothing_and_few_suspensions_are_kept() -> None:
    """The first suspension counts, not its repeat."""
    account = in_state(an_account(), AccountState.SUSPENDED, NOON)
    assert in_state(account, AccountState.SUSPENDED, NOON + HOUR) == account
    for _ in range(MOST_KEPT + 1):
        account = in_state(in_state(account, AccountState.ACTIVE, NOON), AccountState.SUSPENDED, NOON)
    assert len(account.suspensions) == MOST_KEPT


def test_a_change_is_known_within_half_a_minute() -> None:
    """Until then, a function may remember the former state."""
    accounts, now = MemoryAccounts(), NOON
    accounts.add(an_account())
    states = AccountStates(accounts, lambda: now)
    assert states.is_served("acme")
    accounts.save(in_state(an_account(), AccountState.SUSPENDED, NOON))
    now += SEEN_WITHIN
    assert (states.is_served("acme"), states.is_suspended("acme")) == (False, True)
    assert states.time_suspended("acme", NOON) == SEEN_WITHIN
    assert states.is_served("nobody")
