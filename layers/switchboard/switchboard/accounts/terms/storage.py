"""The stored bytes of accounts: recordings by the day until which they are kept, campaigns' files one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from switchboard.errors import TooMany

FULL = "The account stores as many bytes as it may: delete recordings, audio files or lists first."


class StoredBytes(Protocol):
    """The bytes that each account keeps, by their last day."""

    def add_bytes(self, account_id: str, until: date, size: int) -> None:
        """Add bytes that are kept until a day. The row expires after the day."""

    def hold_bytes(self, account_id: str, object_id: str, size: int) -> None:
        """Write the bytes of an object that is kept until its deletion; 0 removes the object from the count."""

    def bytes_from(self, account_id: str, day: date) -> int:
        """Return the bytes that are kept until this day or a later day, objects without a last day included."""


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

    def check_room(self, account_id: str, size: int) -> None:
        """Raise TooMany if the account has no room for `size` further bytes."""
        if self.stored.bytes_from(account_id, self.clock().date()) + size > self.limit_of(account_id):
            raise TooMany(FULL)

    def hold(self, account_id: str, object_id: str, size: int) -> None:
        """Count the bytes of an object that is kept until its deletion. A repeat changes nothing."""
        self.stored.hold_bytes(account_id, object_id, size)

    def free(self, account_id: str, object_id: str) -> None:
        """Count the bytes of a deleted object no longer. A repeat changes nothing."""
        self.stored.hold_bytes(account_id, object_id, 0)
