"""Append the events of an account's calls to its stream, while the stream is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from switchboard.calls.model import CallEvent, Happened, Outcome
from switchboard.calls.ports import KeptEvent
from switchboard.dialects.model import Rendered
from switchboard.errors import Duplicate, TryAgain
from switchboard.streams.model import KEPT, StreamMessage
from switchboard.streams.ports import Streams

TRIES = 20
WAIT = 0.2  # seconds until the event is applied again

Render = Callable[[Happened, str], Sequence[Rendered]]


class EventLog(Protocol):
    """Reads the event log of calls."""

    def kept(self, event: CallEvent, call_id: str) -> KeptEvent | None:
        """Return the event from the log of its call; None if the log does not have the event."""


@dataclass(frozen=True, slots=True)
class AppendToStream:
    """Follower of applied events: appends each event that the dialect can express. A repeat appends nothing.

    One write takes the number and makes the message visible, so that messages appear in the order of their numbers.
    """

    streams: Streams
    log: EventLog
    render: Render
    base_url: str
    clock: Callable[[], datetime]

    def __call__(self, happened: Happened) -> None:
        """Append the messages of the event. Raises TryAgain if too many writers compete."""
        account = happened.event.account
        writing = self.streams.writing(account)
        if writing is None or writing.until <= self.clock():
            return
        applied = (
            happened if happened.outcome is not Outcome.DUPLICATE else self._first_application(happened, writing.since)
        )
        if applied is None:
            return
        for part, message in enumerate(self.render(applied, self.base_url)):
            body = json.dumps(message.body, ensure_ascii=False, separators=(",", ":"))
            with suppress(Duplicate):
                self._append(account, _key(applied, part), body)

    def _append(self, account: str, key: str, body: str) -> None:
        for _ in range(TRIES):
            end = self.streams.end(account)
            try:
                self.streams.append(account, key, StreamMessage(end.number + 1, body, self.clock(), end.at))
            except TryAgain:
                continue
            return
        raise TryAgain("Too many writers append to the stream.", WAIT)

    def _first_application(self, happened: Happened, since: datetime) -> Happened | None:
        """Return a repeated event as it was first applied, since its first message may be missing.

        Returns None if the event is older than the stream.
        """
        call = happened.call
        kept = self.log.kept(happened.event, call.id if call else "")
        if kept is None or kept.event.received_at < max(since, self.clock() - KEPT):
            return None
        return replace(happened, event=kept.event, outcome=Outcome(kept.outcome))


def _key(happened: Happened, part: int) -> str:
    """Return the idempotency key of a message. One event may concern several calls, so the key includes the call."""
    subject = happened.call.id if happened.call else happened.event.lane
    return hashlib.sha256(f"{subject}\n{happened.event.id}\n{part}".encode()).hexdigest()[:32]
