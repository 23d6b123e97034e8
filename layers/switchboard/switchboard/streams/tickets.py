"""Tickets for readers that can show no token: a browser's EventSource sends no headers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.digests import digest_of, new_secret
from switchboard.errors import Unauthorized
from switchboard.streams.ports import Tickets

LIFE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class TicketDesk:
    """Where tickets are had and used: each opens one reading, within a minute."""

    tickets: Tickets
    clock: Callable[[], datetime]

    def issue(self, account: str) -> str:
        """The text of a new ticket."""
        ticket = new_secret()
        self.tickets.add(digest_of(ticket), account, self.clock() + LIFE)
        return ticket

    def use(self, ticket: str) -> str:
        """Whose ticket it is, this once; Unauthorized for one that is not good."""
        account = self.tickets.use(digest_of(ticket), self.clock())
        if account is None:
            raise Unauthorized("The ticket is not known, has been used, or is past its time.")
        return account
