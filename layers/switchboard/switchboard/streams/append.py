"""What happens to an account's calls, written to its stream while somebody reads it."""

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
from switchboard.streams.model import KEPT, Message
from switchboard.streams.ports import Streams

TRIES = 20
WAIT = 0.2  # seconds, after which the event is applied again, and finds a quieter stream

Render = Callable[[Happened, str], Sequence[Rendered]]


class Log(Protocol):
    """The log of calls' events."""

    def kept(self, event: CallEvent, call_id: str) -> KeptEvent | None:
        """An event as it stands in the log of its call."""


@dataclass(frozen=True, slots=True)
class AppendToStream:
    """Tells every event that there is a word for; told again, it writes nothing.

    The number of a message is taken in the write that makes it seen, so that no reader meets a later one first.
    """

    streams: Streams
    log: Log
    render: Render
    base_url: str
    clock: Callable[[], datetime]

    def __call__(self, happened: Happened) -> None:
        """Write what the event says; TryAgain where too many are writing."""
        account = happened.event.account
        writing = self.streams.writing(account)
        if writing is None or writing.until <= self.clock():
            return
        told = happened if happened.outcome is not Outcome.DUPLICATE else self._as_it_was(happened, writing.since)
        if told is None:
            return
        for part, words in enumerate(self.render(told, self.base_url)):
            body = json.dumps(words.body, ensure_ascii=False, separators=(",", ":"))
            with suppress(Duplicate):
                self._append(account, _key(told, part), body)

    def _append(self, account: str, key: str, body: str) -> None:
        for _ in range(TRIES):
            end = self.streams.end(account)
            try:
                self.streams.append(account, key, Message(end.number + 1, body, self.clock(), end.at))
            except TryAgain:
                continue
            return
        raise TryAgain("Too many write to the stream.", WAIT)

    def _as_it_was(self, happened: Happened, since: datetime) -> Happened | None:
        """A repeat of an event of which it is not known whether it was told; None for one from before the stream."""
        call = happened.call
        kept = self.log.kept(happened.event, call.id if call else "")
        if kept is None or kept.event.received_at < max(since, self.clock() - KEPT):
            return None
        return replace(happened, event=kept.event, outcome=Outcome(kept.outcome))


def _key(happened: Happened, part: int) -> str:
    """The same for every repeat; the call is part of it, since an event's words may be news of another call."""
    subject = happened.call.id if happened.call else happened.event.lane
    return hashlib.sha256(f"{subject}\n{happened.event.id}\n{part}".encode()).hexdigest()[:32]
