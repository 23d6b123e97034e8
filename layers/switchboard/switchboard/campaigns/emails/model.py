"""What is to be sent by e-mail, and what came of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Mailing:
    """The subscribers `first` and on, `count` of them, of an execution: each is to have a message at every address."""

    account: str
    execution: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Email:
    """A message to one address, as it is sent."""

    to: str
    subject: str
    text: str


class EmailState(StrEnum):
    """What became of a message; the words stand in the report as they are here."""

    SENDING = "sending"  # or it broke off, and is tried again
    SENT = "sent"  # taken over by the service that sends it
    REFUSED = "refused"  # the service will never take it
    OFF = "off"  # the hub sends no e-mail


# Of several addresses of a subscriber, the first of these tells.
BEST = (EmailState.SENT, EmailState.SENDING, EmailState.REFUSED, EmailState.OFF)


@dataclass(frozen=True, slots=True)
class Posting:
    """One message: an execution's, to a subscriber's address, which is kept as a digest alone."""

    account: str
    execution: str
    subscriber: int
    address: str

    @property
    def digest(self) -> str:
        """What the address is known by."""
        return hashlib.sha256(self.address.strip().lower().encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said to a message: SENT with the id that it gave it, or REFUSED with the reason."""

    state: EmailState
    detail: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a message; `detail` is the id that the service gave it, or why it was refused.

    While it is SENDING nobody else may send it before `until`.
    """

    state: EmailState
    at: datetime
    detail: str = ""
    until: datetime | None = None
