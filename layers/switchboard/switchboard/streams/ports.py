"""What streams need from the outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from switchboard.streams.model import Admitted, End, Held, Message, Writing


class Streams(Protocol):
    """The stream of each account. Reads see every write that was answered before them."""

    def writing(self, account: str) -> Writing | None:
        """Since and until when it is written; None while nobody has ever read it."""

    def write_until(self, account: str, now: datetime, until: datetime) -> None:
        """Have it written until then; what happens after this has been answered is in it."""

    def end(self, account: str) -> End: ...

    def append(self, account: str, messages: Mapping[str, Message]) -> None:
        """Write the next messages by their keys, `TOGETHER` at most and in the order of their numbers, all or nothing.

        AlreadyTold where messages of some of the keys were written; TryAgain where a number was taken meanwhile.
        """

    def after(self, account: str, number: int) -> list[Message]:
        """The messages after a number by their numbers, a page of them at most."""


class Places(Protocol):
    """The places that an account has for readers; one that is not renewed in time is free again."""

    def take(
        self, account: str, reader: str, now: datetime, until: datetime, instead: Held | None = None
    ) -> int | None:
        """The number of a place that was free; None where none is; that of `instead` if it has one still."""

    def renew(self, account: str, place: int, reader: str, until: datetime) -> bool:
        """Whether the place is still the reader's."""

    def give_back(self, account: str, place: int, reader: str) -> None:
        """Free a place, unless it is another reader's by now."""


class Tickets(Protocol):
    """Tickets by the digest of their text."""

    def add(self, digest: str, account: str, open_until: datetime, until: datetime) -> None:
        """Keep one that has to be used by the first time, and is good until the second then."""

    def use(self, digest: str, reader: str, now: datetime) -> Admitted | None:
        """Have a ticket for this reader, from whoever had it before; None for one that is unknown or past its time."""

    def settle(self, digest: str, reader: str, place: int) -> bool:
        """Keep the place that the ticket's reader has; False where another reader has the ticket by now."""
