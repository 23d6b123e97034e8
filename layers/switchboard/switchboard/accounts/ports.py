"""Ports of accounts: the repositories of accounts, tokens, sources and extensions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from switchboard.accounts.model import Account, Extension, Source, Token


class Accounts(Protocol):
    """Repository of accounts. `add` raises Conflict if the id exists. Removing a missing account is no error."""

    def add(self, account: Account) -> None: ...
    def get(self, account_id: str) -> Account | None: ...
    def save(self, account: Account) -> None: ...
    def remove(self, account_id: str) -> None: ...
    def all(self) -> list[Account]: ...


class Suspensions(Protocol):
    """The states of accounts. A change is seen within half a minute."""

    def is_suspended(self, account_id: str) -> bool:
        """Whether the account's work waits."""

    def is_ending(self, account_id: str) -> bool:
        """Whether messages of the account are dropped, because the account is being deleted."""

    def time_suspended(self, account_id: str, since: datetime) -> timedelta:
        """Return how long the account was suspended from `since` until now."""


class NeverSuspended:
    """Null object for the port Suspensions."""

    def is_suspended(self, account_id: str) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def is_ending(self, account_id: str) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def time_suspended(self, account_id: str, since: datetime) -> timedelta:  # noqa: ARG002
        """Return no time."""
        return timedelta()


NEVER_SUSPENDED = NeverSuspended()


class DailyUse(StrEnum):
    """What is counted of an account in a day (UTC)."""

    ORIGINATES = "originates"
    SPEECH = "speech"  # characters


class DailyUses(Protocol):
    """What accounts used on each day."""

    def take(self, account_id: str, day: date, what: DailyUse, amount: int, limit: int) -> bool:
        """Add to a day, unless the day would then be above the limit. Returns whether the amount was added."""


Admit = Callable[[str], object]
"""Raises Suspended if the account of this id is not served."""


def admit_all(account_id: str) -> None:
    """Raise nothing."""


class Tokens(Protocol):
    """Repository of tokens. `by_digest` finds a token by the digest of its text."""

    def add(self, token: Token) -> None: ...
    def by_digest(self, digest: str) -> Token | None: ...
    def of_account(self, account_id: str) -> list[Token]: ...
    def save(self, token: Token) -> None: ...


class Sources(Protocol):
    """Repository of sources. A path finds a source by its id, or by a path that replaced the id."""

    def at_path(self, key: str) -> Source | None: ...
    def add_path(self, source: Source, key: str) -> None: ...

    def add(self, source: Source) -> None: ...
    def get(self, source_id: str) -> Source | None: ...
    def of_account(self, account_id: str) -> list[Source]: ...
    def save(self, source: Source) -> None: ...
    def remove(self, source_id: str) -> None: ...


class Extensions(Protocol):
    """Repository of extensions.

    `add` assigns the id, and raises Conflict if the account has the number. `remove` returns False for an unknown
    number.
    """

    def add(self, account_id: str, number: str, name: str) -> Extension: ...
    def of_account(self, account_id: str) -> list[Extension]: ...
    def remove(self, account_id: str, number: str) -> bool: ...
