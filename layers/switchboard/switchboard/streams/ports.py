"""Ports of streams: the streams, the places of readers, and tickets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from switchboard.streams.model import AdmittedTicket, HeldPlace, StreamEnd, StreamMessage, WritingPeriod


class Streams(Protocol):
    """Repository of streams, one for each account. Reads are strongly consistent."""

    def writing(self, account: str) -> WritingPeriod | None:
        """Return the period in which the stream is written; None if the stream was never read."""

    def write_until(self, account: str, now: datetime, until: datetime) -> None:
        """Extend the period to `until`. Every event after the return is in the stream."""

    def end(self, account: str) -> StreamEnd: ...

    def append(self, account: str, messages: Mapping[str, StreamMessage]) -> None:
        """Append the next messages atomically by their idempotency keys, at most `TOGETHER`, in order.

        Raises AlreadyTold if messages with some of the keys exist, and TryAgain if another writer has taken a number.
        """

    def after(self, account: str, number: int) -> list[StreamMessage]:
        """Return one page of the messages after a number, in order."""


class Places(Protocol):
    """The places for readers of an account. A place is a lease: without renewal the place becomes free."""

    def take(
        self, account: str, reader: str, now: datetime, until: datetime, instead: HeldPlace | None = None
    ) -> int | None:
        """Take a place until `until`, and return its number; None if all are taken.

        The place of `instead` is taken if that reader still holds it.
        """

    def renew(self, account: str, place: int, reader: str, until: datetime) -> bool:
        """Extend the lease. Returns False if the reader has lost the place."""

    def give_back(self, account: str, place: int, reader: str) -> None:
        """Free the place, unless another reader holds it."""


class Tickets(Protocol):
    """Repository of tickets, by the digest of their text."""

    def add(self, digest: str, account: str, open_until: datetime, until: datetime, token: str) -> None:
        """Store a ticket that must be used by `open_until`, and then is valid until `until`.

        `token` is the digest of the token for which the ticket was issued.
        """

    def use(self, digest: str, reader: str, now: datetime) -> AdmittedTicket | None:
        """Give the ticket to this reader. Return account and former place; None for an unknown or expired ticket."""

    def settle(self, digest: str, reader: str, place: int) -> bool:
        """Store the place of the ticket's reader. Returns False if another reader has the ticket."""
