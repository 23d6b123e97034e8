"""A stream of messages, numbered from 1 without gaps, and the rule for reading the messages in order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.errors import Duplicate

# How far back a reader may go on from, and how long a stream that nobody reads is written on.
KEPT = timedelta(hours=24)
# Rows expire later than KEPT, so that no promised message is missing.
EXPIRY = timedelta(hours=25)
# Document of SSE events, section 'SSE': 'Сервер поддерживает до 3-х одновременных соединений'
PLACES = 3
# Messages that are written at once: of the hundred writes and four megabytes that a transaction may have.
TOGETHER = 20


@dataclass(frozen=True, slots=True)
class StreamMessage:
    """One message. `at` is when the message was written, `after` when the message before was written.

    `hops` is how many hubs the call's events have passed before this hub.
    """

    number: int
    body: str
    at: datetime
    after: datetime | None = None
    hops: int = 0


class AlreadyTold(Duplicate):
    """Messages of these keys were written before."""

    def __init__(self, keys: Collection[str]) -> None:
        super().__init__("Messages of these keys were written.")
        self.keys = keys


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """Number and time of the last message of a stream; 0 and None for an empty stream."""

    number: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WritingPeriod:
    """The period in which a stream is written without a break."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """A connection place and its current or former reader."""

    reader: str
    place: int


@dataclass(frozen=True, slots=True)
class AdmittedTicket:
    """The account of a ticket, the place of its former reader, and the digest of the token behind the ticket."""

    account: str
    before: HeldPlace | None = None
    token: str = ""


def in_order(messages: Sequence[StreamMessage], last: int, now: datetime) -> list[StreamMessage]:
    """Return the messages that follow the number `last` without a gap.

    A missing number means that the message is still being written, so the result ends there. If the message before the
    gap is older than KEPT, the missing messages have expired, and reading continues.
    """
    found: list[StreamMessage] = []
    for message in messages:
        gone = message.after is None or message.after + KEPT <= now
        if message.number != last + 1 and not gone:
            break
        found.append(message)
        last = message.number
    return found
