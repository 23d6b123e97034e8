"""Tickets for readers that cannot send a token: a browser's EventSource sends no headers, and reconnects by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.digests import digest_of, new_id, new_secret
from switchboard.errors import TooMany, Unauthorized
from switchboard.streams.ports import Tickets
from switchboard.streams.read import OpenReading, Reading

# A ticket stands in a URL, which proxies log. An unused ticket expires soon,
OPEN_WITHIN = timedelta(seconds=60)
# and a used ticket after the time for which a page is likely to stay open.
LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TicketIssuer:
    """Issues tickets."""

    tickets: Tickets
    clock: Callable[[], datetime]

    def issue(self, account: str, token: str) -> str:
        """Store a new ticket, and return its text. `token` is the digest of the account's token."""
        ticket, now = new_secret(), self.clock()
        self.tickets.add(digest_of(ticket), account, now + OPEN_WITHIN, now + LIFE, token)
        return ticket


@dataclass(frozen=True, slots=True)
class OpenReadingByTicket:
    """Opens the stream of a ticket. A ticket has one reader at a time; a new reader takes the former one's place."""

    tickets: Tickets
    read: OpenReading
    clock: Callable[[], datetime]

    def __call__(self, ticket: str, last_seen: str) -> Reading:
        """Open a reading like that of a token. Raises Unauthorized for an unknown or expired ticket.

        Raises Unauthorized, too, if the token behind the ticket has been revoked.
        Raises TooMany if the ticket is used twice at the same time. The former reading, whose client may have gone
        unnoticed, ends with its next turn.
        """
        digest, reader = digest_of(ticket), new_id()
        admitted = self.tickets.use(digest, reader, self.clock())
        if admitted is None:
            raise Unauthorized("The ticket is unknown or has expired.")
        if admitted.token and not self.read.is_good(admitted.token):
            raise Unauthorized("The token of this ticket has been revoked or has expired.")
        reading = self.read(admitted.account, last_seen, admitted.token, (reader, admitted.before))
        if not self.tickets.settle(digest, reader, reading.place):
            reading.close()
            raise TooMany("Another connection uses the ticket at the same time.")
        return reading
