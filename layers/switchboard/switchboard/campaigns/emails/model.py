"""Mailings, messages and their results."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Mailing:
    """An order to write to `count` subscribers of an execution from index `first`, at each of their addresses."""

    account: str
    execution: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Email:
    """A composed message to one address."""

    to: str
    subject: str
    text: str


class EmailState(StrEnum):
    """The state of a message; the report shows these words."""

    SENDING = "sending"  # claimed by a worker, or waiting for another try
    SENT = "sent"  # accepted by the e-mail service
    REFUSED = "refused"  # the service will never take it
    OFF = "off"  # the hub sends no e-mail, or the account may send none


# The report shows the first of these states among a subscriber's addresses.
BEST = (EmailState.SENT, EmailState.SENDING, EmailState.REFUSED, EmailState.OFF)


@dataclass(frozen=True, slots=True)
class EmailKey:
    """The identity of one message: execution, subscriber and address. Only a digest of the address is stored."""

    account: str
    execution: str
    subscriber: int
    address: str

    @property
    def digest(self) -> str:
        """The stored form of the address: 24 hex digits."""
        return hashlib.sha256(self.address.strip().lower().encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class MailerAnswer:
    """The e-mail service's answer: SENT with the service's message id, or REFUSED with the reason."""

    state: EmailState
    detail: str


@dataclass(frozen=True, slots=True)
class EmailResult:
    """The result of a message. `detail` is the service's message id, or the reason of a refusal.

    While the state is SENDING, no other worker may send the message before `until`.
    """

    state: EmailState
    at: datetime
    detail: str = ""
    until: datetime | None = None
