"""What streams need from the outside."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from switchboard.streams.model import End, Message, Writing


class Streams(Protocol):
    """The stream of each account. Reads see every write that was answered before them."""

    def writing(self, account: str) -> Writing | None:
        """Since and until when it is written; None while nobody has ever read it."""

    def write_until(self, account: str, now: datetime, until: datetime) -> None:
        """Have it written until then; what happens after this has been answered is in it."""

    def end(self, account: str) -> End: ...

    def append(self, account: str, key: str, message: Message) -> None:
        """Write the next message, all or nothing.

        Duplicate where one of this key was written; TryAgain where its number was taken meanwhile.
        """

    def after(self, account: str, number: int) -> list[Message]:
        """The messages after a number by their numbers, a page of them at most."""


class Places(Protocol):
    """The places that an account has for readers; one that is not renewed in time is free again."""

    def take(self, account: str, reader: str, now: datetime, until: datetime) -> int | None:
        """The number of a place that was free; None where none is."""

    def renew(self, account: str, place: int, reader: str, until: datetime) -> bool:
        """Whether the place is still the reader's."""

    def give_back(self, account: str, place: int, reader: str) -> None:
        """Free a place, unless it is another reader's by now."""


class Tickets(Protocol):
    """Tickets by the digest of their text."""

    def add(self, digest: str, account: str, until: datetime) -> None: ...

    def use(self, digest: str, now: datetime) -> str | None:
        """The account of a ticket, this once; None for one that is unknown, used, or past its time."""
