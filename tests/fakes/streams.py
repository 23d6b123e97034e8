"""Streams, places and tickets in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from switchboard.errors import TryAgain
from switchboard.streams.model import (
    PLACES,
    AdmittedTicket,
    AlreadyTold,
    HeldPlace,
    StreamEnd,
    StreamMessage,
    WritingPeriod,
)


@dataclass
class Ticket:
    """A stored ticket."""

    account: str
    until: datetime
    ends: datetime
    token: str = ""
    reader: str = ""
    held: HeldPlace | None = None


class MemoryStreams:
    """Ports Streams, Places and Tickets."""

    def __init__(self) -> None:
        self.messages: dict[str, dict[int, StreamMessage]] = {}
        self._writing: dict[str, WritingPeriod] = {}
        self._told: set[tuple[str, str]] = set()
        self._places: dict[tuple[str, int], tuple[str, datetime]] = {}
        self._tickets: dict[str, Ticket] = {}
        self._lock = Lock()

    def writing(self, account: str) -> WritingPeriod | None:
        return self._writing.get(account)

    def write_until(self, account: str, now: datetime, until: datetime) -> None:
        old = self._writing.get(account)
        self._writing[account] = WritingPeriod(old.since if old and old.until > now else now, until)

    def end(self, account: str) -> StreamEnd:
        own = self.messages.get(account, {})
        return StreamEnd(max(own), own[max(own)].at) if own else StreamEnd()

    def append(self, account: str, messages: Mapping[str, StreamMessage]) -> None:
        with self._lock:
            if told := [key for key in messages if (account, key) in self._told]:
                raise AlreadyTold(told)
            if next(iter(messages.values())).number != self.end(account).number + 1:
                raise TryAgain("The number is taken.", after=0)
            self._told |= {(account, key) for key in messages}
            self.messages.setdefault(account, {}).update({one.number: one for one in messages.values()})

    def after(self, account: str, number: int) -> list[StreamMessage]:
        own = self.messages.get(account, {})
        return [own[one] for one in sorted(own) if one > number][:100]

    def take(
        self, account: str, reader: str, now: datetime, until: datetime, instead: HeldPlace | None = None
    ) -> int | None:
        with self._lock:
            if instead and self._places.get((account, instead.place), ("", now))[0] == instead.reader:
                self._places[account, instead.place] = reader, until
                return instead.place
            for place in range(PLACES):
                held = self._places.get((account, place))
                if held is None or held[1] <= now:
                    self._places[account, place] = reader, until
                    return place
        return None

    def renew(self, account: str, place: int, reader: str, until: datetime) -> bool:
        if self._places.get((account, place), ("", until))[0] != reader:
            return False
        self._places[account, place] = reader, until
        return True

    def give_back(self, account: str, place: int, reader: str) -> None:
        if self._places.get((account, place), ("", None))[0] == reader:
            del self._places[account, place]

    def add(self, digest: str, account: str, open_until: datetime, until: datetime, token: str) -> None:
        self._tickets[digest] = Ticket(account, open_until, until, token)

    def use(self, digest: str, reader: str, now: datetime) -> AdmittedTicket | None:
        with self._lock:
            ticket = self._tickets.get(digest)
            if ticket is None or ticket.until <= now:
                return None
            ticket.reader, ticket.until = reader, ticket.ends
            return AdmittedTicket(ticket.account, ticket.held, ticket.token)

    def settle(self, digest: str, reader: str, place: int) -> bool:
        with self._lock:
            ticket = self._tickets[digest]
            if ticket.reader != reader:
                return False
            ticket.held = HeldPlace(reader, place)
            return True
