"""The states of accounts, remembered for half a minute: whose requests are served, whose work waits or is dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from switchboard.accounts.model import Account, AccountState
from switchboard.accounts.ports import Accounts
from switchboard.accounts.suspension import time_suspended
from switchboard.errors import Conflict, NotFound, Suspended
from switchboard.kernel.last_known import never_an_outage
from switchboard.kernel.remembered import Remembered

KEPT_FOR = timedelta(seconds=30)
SEEN_WITHIN = KEPT_FOR + timedelta(seconds=5)  # after this time every function knows a change
STALE_FOR = timedelta(hours=1)
REMEMBERED = 10_000
MESSAGES = {
    AccountState.SUSPENDED: "The account is suspended.",
    AccountState.DELETING: "The account is being deleted.",
}


@dataclass(slots=True)
class AccountStates:
    """Reads each account at most once in half a minute, so a change takes effect within that time.

    While the table is out of order, as `is_outage` tells, an account serves that was read within an hour.
    """

    accounts: Accounts
    clock: Callable[[], datetime]
    is_outage: Callable[[Exception], bool] = never_an_outage
    _known: Remembered[str, tuple[datetime, Account | None]] = field(default_factory=lambda: Remembered(REMEMBERED))
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, account_id: str) -> AccountState | None:
        """Return the state of an account, None without an account."""
        found = self.account(account_id)
        return found.state if found else None

    def account(self, account_id: str) -> Account | None:
        """Return an account as it was half a minute ago or later."""
        now = self.clock()
        with self._lock:
            known = self._known.get(account_id)
        if known is not None and now - known[0] < KEPT_FOR:
            return known[1]
        try:
            found = self.accounts.get(account_id)
        except Exception as error:
            if known is None or now - known[0] >= STALE_FOR or not self.is_outage(error):
                raise
            return known[1]
        with self._lock:
            self._known[account_id] = now, found
        return found

    def admit(self, account_id: str) -> None:
        """Raise Suspended unless requests and orders of the account are served."""
        message = MESSAGES.get(self(account_id) or AccountState.ACTIVE)
        if message:
            raise Suspended(message)

    def is_ending(self, account_id: str) -> bool:
        """Whether messages of the account are dropped, because the account is being deleted."""
        return self(account_id) is AccountState.DELETING

    def is_suspended(self, account_id: str) -> bool:
        """Whether the account's work waits."""
        return self(account_id) is AccountState.SUSPENDED

    def is_served(self, account_id: str) -> bool:
        """Whether requests and orders of the account are served."""
        return self(account_id) in {AccountState.ACTIVE, None}

    def time_suspended(self, account_id: str, since: datetime) -> timedelta:
        """Return how long the account was suspended from `since` until now."""
        found = self.account(account_id)
        return time_suspended(found, since, self.clock()) if found else timedelta()


def staying_account(account_id: str, accounts: Accounts) -> Account:
    """Return the account. Raises NotFound without an account, and Conflict if the account is being deleted."""
    account = accounts.get(account_id)
    if account is None:
        raise NotFound("There is no such account.", "account")
    if account.state is AccountState.DELETING:
        raise Conflict(MESSAGES[account.state], "account")
    return account
