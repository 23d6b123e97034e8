"""Read the stream of an account: take a place, and return the new messages turn by turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.digests import new_id
from switchboard.errors import Invalid, TooMany
from switchboard.streams.model import KEPT, PLACES, HeldPlace, StreamMessage, in_order
from switchboard.streams.ports import Places, Streams

LEASE = timedelta(seconds=25)
RENEW = timedelta(seconds=8)
LONGEST_NUMBER = 18  # digits


@dataclass(frozen=True, slots=True)
class OpenReading:
    """Opens the stream of an account for a reader. `life` is how long a reading lasts.

    `is_good` tells of the digest of a token whether the token is still valid.
    """

    streams: Streams
    places: Places
    life: timedelta
    clock: Callable[[], datetime]
    is_good: Callable[[str], bool] = lambda _: True

    def __call__(
        self, account: str, last_seen: str, token: str = "", reader: tuple[str, HeldPlace | None] = ("", None)
    ) -> Reading:
        """Open a reading after the message number `last_seen`; an empty `last_seen` means from now on.

        `token` is the digest of the reader's token: the reading ends when the token is revoked. `reader` is the id of
        the reader, and the place that the reading takes if the place is still held. Raises TooMany if all places are
        taken, and Invalid if `last_seen` is not a number.
        """
        wanted = _number(last_seen)
        now, id_, instead = self.clock(), reader[0] or new_id(), reader[1]
        self.streams.write_until(account, now, now + KEPT)
        last = self.streams.end(account).number
        place = self.places.take(account, id_, now, now + LEASE, instead)
        if place is None:
            raise TooMany(f"The account has {PLACES} connections already: close one first.")
        # A number beyond the end is from another stream: read from now on.
        position = last if wanted is None else min(wanted, last)
        return Reading(self, account, place, id_, position, now + self.life, now + RENEW, token)


@dataclass(slots=True)
class Reading:
    """The reading of one reader. `position` is the number of the last message returned."""

    stream: OpenReading
    account: str
    place: int
    reader: str
    position: int
    ends: datetime
    renewal: datetime
    token: str = ""
    over: bool = False
    closed: bool = False

    def turn(self) -> list[StreamMessage] | None:
        """Return the new messages; None if the reading has ended, has lost its place, or its token is revoked.

        The first turn after the end of the time still returns messages.
        """
        now = self.stream.clock()
        if self.over:
            return None
        self.over = now >= self.ends
        if now >= self.renewal:
            if self.token and not self.stream.is_good(self.token):
                return None
            if not self.stream.places.renew(self.account, self.place, self.reader, now + LEASE):
                return None
            self.renewal = now + RENEW
        found = in_order(self.stream.streams.after(self.account, self.position), self.position, now)
        if found:
            self.position = found[-1].number
        return found

    def close(self) -> None:
        """Free the place, and have the stream written for KEPT longer. A second call does nothing."""
        if self.closed:
            return
        self.closed = True
        self.stream.places.give_back(self.account, self.place, self.reader)
        now = self.stream.clock()
        self.stream.streams.write_until(self.account, now, now + KEPT)


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise Invalid("Last-Event-ID must be the id of an event.", "Last-Event-ID")
    return int(text)
