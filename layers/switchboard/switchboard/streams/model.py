"""A stream of messages, numbered without gaps from one, and what is needed to read it in order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.errors import Duplicate

# How far back a reader may go on from, and how long a stream that nobody reads is written on.
KEPT = timedelta(hours=24)
# Rows stay for longer than that, so that what is promised is there.
EXPIRY = timedelta(hours=25)
# 'Сервер поддерживает до 3-х одновременных соединений'
PLACES = 3
# Messages that are written at once: of the hundred writes and four megabytes that a transaction may have.
TOGETHER = 20


@dataclass(frozen=True, slots=True)
class Message:
    """One message, with its text, when it was written, and when the one before it was, if there was one."""

    number: int
    body: str
    at: datetime
    after: datetime | None = None


class AlreadyTold(Duplicate):
    """Messages of these keys were written before."""

    def __init__(self, keys: Collection[str]) -> None:
        super().__init__("Messages of these keys were written.")
        self.keys = keys


@dataclass(frozen=True, slots=True)
class End:
    """The last message of a stream, by its number and time; 0 and None before the first."""

    number: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Writing:
    """That a stream has been written without a break since `since`, and is until `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A place, by who has it, or had it."""

    reader: str
    place: int


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whom a ticket lets in: the account, and the place that its reader before had."""

    account: str
    before: Held | None = None


def in_order(messages: Sequence[Message], last: int, now: datetime) -> list[Message]:
    """Those that follow `last` without a gap.

    A message that is missing is still on its way and waited for, unless it is so old that it has been thrown away.
    """
    found: list[Message] = []
    for message in messages:
        gone = message.after is None or message.after + KEPT <= now
        if message.number != last + 1 and not gone:
            break
        found.append(message)
        last = message.number
    return found
