"""Tickets for readers that can show no token: a browser's EventSource sends no headers, and comes again by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.digests import digest_of, new_id, new_secret
from switchboard.errors import TooMany, Unauthorized
from switchboard.streams.ports import Tickets
from switchboard.streams.read import Reading, ReadStream

# A ticket is in a URL, which is written down in many a place: one that nobody uses at once is good for nothing,
OPEN_WITHIN = timedelta(seconds=60)
# and one that is used not for longer than a page is likely to be looked at.
LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TicketDesk:
    """Where tickets are had."""

    tickets: Tickets
    clock: Callable[[], datetime]

    def issue(self, account: str) -> str:
        """The text of a new ticket."""
        ticket, now = new_secret(), self.clock()
        self.tickets.add(digest_of(ticket), account, now + OPEN_WITHIN, now + LIFE)
        return ticket


@dataclass(frozen=True, slots=True)
class ReadByTicket:
    """Opens a ticket's stream: one reading at a time, each in the place of the one before."""

    tickets: Tickets
    read: ReadStream
    clock: Callable[[], datetime]

    def __call__(self, ticket: str, last_seen: str) -> Reading:
        """A reading as of a token's; Unauthorized for a ticket that is not good.

        The reading before, of which nobody may have noticed yet that its client has gone, ends with its next turns.
        """
        digest, reader = digest_of(ticket), new_id()
        admitted = self.tickets.use(digest, reader, self.clock())
        if admitted is None:
            raise Unauthorized("The ticket is not known, or is past its time.")
        reading = self.read(admitted.account, last_seen, reader, admitted.before)
        if not self.tickets.settle(digest, reader, reading.place):
            reading.close()
            raise TooMany("The ticket was used once more at the same time.")
        return reading
