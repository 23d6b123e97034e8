"""The stored bytes of accounts, counted by the day until which they are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


class StoredBytes(Protocol):
    """The bytes that each account keeps, by their last day."""

    def add_bytes(self, account_id: str, until: date, size: int) -> None:
        """Add bytes that are kept until a day. The row expires after the day."""

    def bytes_from(self, account_id: str, day: date) -> int:
        """Return the bytes that are kept until this day or a later day."""


@dataclass(frozen=True, slots=True)
class AccountStorage:
    """Counts what accounts store. `limit_of` returns the bytes that an account may store."""

    stored: StoredBytes
    limit_of: Callable[[str], int]
    clock: Callable[[], datetime]

    def is_full(self, account_id: str) -> bool:
        """Whether the account stores as many bytes as it may."""
        return self.stored.bytes_from(account_id, self.clock().date()) >= self.limit_of(account_id)

    def add(self, account_id: str, size: int, until: date) -> None:
        """Count bytes that are kept until a day; a negative size takes bytes back."""
        self.stored.add_bytes(account_id, until, size)
