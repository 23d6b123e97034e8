"""A stream of messages, numbered from 1 without gaps, and the rule for reading the messages in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# A reader may continue from a message of this age. A stream without readers is written for this long.
KEPT = timedelta(hours=24)
# Rows expire later than KEPT, so that no promised message is missing.
EXPIRY = timedelta(hours=25)
# Document of SSE events, section 'SSE': 'Сервер поддерживает до 3-х одновременных соединений'
PLACES = 3


@dataclass(frozen=True, slots=True)
class StreamMessage:
    """One message. `at` is when the message was written, `after` when the message before was written."""

    number: int
    body: str
    at: datetime
    after: datetime | None = None


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
    """The account of a ticket, and the place of the ticket's former reader."""

    account: str
    before: HeldPlace | None = None


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
