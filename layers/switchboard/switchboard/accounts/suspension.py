"""The suspension of an account: pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from switchboard.accounts.model import Account, AccountState, Suspension

MOST_KEPT = 50  # suspensions of an account


def in_state(account: Account, state: AccountState, now: datetime) -> Account:
    """Return the account suspended or active from `now` on. A repeat changes nothing."""
    if state is account.state:
        return account
    if state is AccountState.SUSPENDED:
        begun = (*account.suspensions, Suspension(now))[-MOST_KEPT:]
        return replace(account, state=state, suspensions=begun)
    ended = tuple(one if one.until else replace(one, until=now) for one in account.suspensions)
    return replace(account, state=state, suspensions=ended)


def resumed_at(account: Account) -> datetime | None:
    """Return when the account became active again, None if the account was never suspended."""
    return max((one.until for one in account.suspensions if one.until), default=None)


def time_suspended(account: Account, since: datetime, now: datetime) -> timedelta:
    """Return how long the account was suspended between `since` and `now`."""
    parts = ((one.until or now) - max(one.since, since) for one in account.suspensions)
    return sum((part for part in parts if part > timedelta()), timedelta())
