"""What happens to an account's calls, written to its stream while somebody reads it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from switchboard.calls.model import CallEvent, Happened, Outcome
from switchboard.calls.ports import KeptEvent
from switchboard.dialects.model import Rendered
from switchboard.errors import TryAgain
from switchboard.streams.model import KEPT, TOGETHER, AlreadyTold, Message
from switchboard.streams.ports import Streams

TRIES = 20
WAIT = 0.2  # seconds, after which the event is applied again, and finds a quieter stream

Render = Callable[[Happened, str], Sequence[Rendered]]


class Log(Protocol):
    """The log of calls' events."""

    def kept(self, event: CallEvent, call_id: str) -> KeptEvent | None:
        """An event as it stands in the log of its call."""


@dataclass(slots=True)
class AppendToStream:
    """Tells the events of one batch; told again, it writes nothing.

    What is told stands in the stream once `finish` has returned: the stream's head is written once for a batch, and not
    for each event. The numbers of messages are taken in the write that makes them seen, so that no reader meets a later
    one first.
    """

    streams: Streams
    log: Log
    render: Render
    base_url: str
    clock: Callable[[], datetime]
    _waiting: list[tuple[str, str, str]] = field(default_factory=list)  # account, key and body

    def __call__(self, happened: Happened) -> None:
        """Note what the event says."""
        account = happened.event.account
        writing = self.streams.writing(account)
        if writing is None or writing.until <= self.clock():
            return
        told = happened if happened.outcome is not Outcome.DUPLICATE else self._as_it_was(happened, writing.since)
        if told is None:
            return
        for part, words in enumerate(self.render(told, self.base_url)):
            body = json.dumps(words.body, ensure_ascii=False, separators=(",", ":"))
            self._waiting.append((account, _key(told, part), body))

    def finish(self) -> None:
        """Write what was noted, in its order; TryAgain where too many are writing."""
        for account in dict.fromkeys(account for account, _, _ in self._waiting):
            bodies = {key: body for owner, key, body in self._waiting if owner == account}
            for keys in _chunks(list(bodies)):
                self._append(account, {key: bodies[key] for key in keys})
        self._waiting.clear()

    def _append(self, account: str, bodies: dict[str, str]) -> None:
        for _ in range(TRIES):
            if not bodies:
                return
            try:
                self.streams.append(account, self._numbered(account, bodies))
            except AlreadyTold as told:
                bodies = {key: body for key, body in bodies.items() if key not in told.keys}
            except TryAgain:
                continue
            else:
                return
        raise TryAgain("Too many write to the stream.", WAIT)

    def _numbered(self, account: str, bodies: Mapping[str, str]) -> dict[str, Message]:
        end, at = self.streams.end(account), self.clock()
        return {
            key: Message(number, body, at, at if number > end.number + 1 else end.at)
            for number, (key, body) in enumerate(bodies.items(), end.number + 1)
        }

    def _as_it_was(self, happened: Happened, since: datetime) -> Happened | None:
        """A repeat of an event of which it is not known whether it was told; None for one from before the stream."""
        call = happened.call
        kept = self.log.kept(happened.event, call.id if call else "")
        if kept is None or kept.event.received_at < max(since, self.clock() - KEPT):
            return None
        return replace(happened, event=kept.event, outcome=Outcome(kept.outcome))


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + TOGETHER] for start in range(0, len(keys), TOGETHER))


def _key(happened: Happened, part: int) -> str:
    """The same for every repeat; the call is part of it, since an event's words may be news of another call."""
    subject = happened.call.id if happened.call else happened.event.lane
    return hashlib.sha256(f"{subject}\n{happened.event.id}\n{part}".encode()).hexdigest()[:32]
