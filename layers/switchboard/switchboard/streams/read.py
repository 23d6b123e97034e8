"""Reading an account's stream: a place, a position, and turns that each give what is new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.digests import new_id
from switchboard.errors import Invalid, TooMany
from switchboard.streams.model import KEPT, PLACES, Held, Message, in_order
from switchboard.streams.ports import Places, Streams

LEASE = timedelta(seconds=25)
RENEW = timedelta(seconds=8)
LONGEST_NUMBER = 18  # digits


@dataclass(frozen=True, slots=True)
class ReadStream:
    """Opens streams for readers."""

    streams: Streams
    places: Places
    life: timedelta
    clock: Callable[[], datetime]

    def __call__(self, account: str, last_seen: str, reader: str = "", instead: Held | None = None) -> Reading:
        """A reading that goes on after the message `last_seen`, or begins now where that is empty.

        It has the place of `instead`, whose reading ends, where that is held still. TooMany where all places are taken,
        Invalid where `last_seen` is no number.
        """
        wanted = _number(last_seen)
        now, reader = self.clock(), reader or new_id()
        self.streams.write_until(account, now, now + KEPT)
        last = self.streams.end(account).number
        place = self.places.take(account, reader, now, now + LEASE, instead)
        if place is None:
            raise TooMany(f"There are {PLACES} connections of this account already.")
        # A number from beyond the end is one of another stream: there is nothing to go on from.
        position = last if wanted is None else min(wanted, last)
        return Reading(self, account, place, reader, position, now + self.life, now + RENEW)


@dataclass(slots=True)
class Reading:
    """One reader's way through a stream; `position` is the number of the last message that it was given."""

    stream: ReadStream
    account: str
    place: int
    reader: str
    position: int
    ends: datetime
    renewal: datetime
    over: bool = False
    closed: bool = False

    def turn(self) -> list[Message] | None:
        """What is new, after the reading's time once more; None where it is over, or its place has been lost."""
        now = self.stream.clock()
        if self.over:
            return None
        self.over = now >= self.ends
        if now >= self.renewal:
            if not self.stream.places.renew(self.account, self.place, self.reader, now + LEASE):
                return None
            self.renewal = now + RENEW
        found = in_order(self.stream.streams.after(self.account, self.position), self.position, now)
        if found:
            self.position = found[-1].number
        return found

    def close(self) -> None:
        """Give the place back, and have the stream written for as long as a reader may go on from here; once."""
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
        raise Invalid("It is not the id of an event.", "Last-Event-ID")
    return int(text)
