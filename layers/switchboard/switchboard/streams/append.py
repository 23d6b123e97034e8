"""Append the events of an account's calls to its stream, while the stream is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from switchboard.calls.ports import KeptEvent
from switchboard.dialects.model import Rendered
from switchboard.errors import TryAgain
from switchboard.kernel.call import AppliedEvent, CallEvent, Outcome
from switchboard.kernel.once import Once
from switchboard.streams.model import KEPT, TOGETHER, AlreadyTold, StreamMessage, WritingPeriod
from switchboard.streams.ports import Streams

TRIES = 20
WAIT = 0.2  # seconds until the event is applied again

Render = Callable[[AppliedEvent, str], Sequence[Rendered]]


class EventLog(Protocol):
    """Reads the event log of calls."""

    def kept(self, event: CallEvent, call_id: str) -> KeptEvent | None:
        """Return the event from the log of its call; None if the log does not have the event."""


class _Told(NamedTuple):
    body: str
    hops: int


@dataclass(slots=True)
class AppendToStream:
    """Follower of the applied events of one batch: appends each event that the dialect can express.

    A repeat appends nothing. `finish` writes the messages of the batch: the stream's head is written once for a batch.
    One write takes the numbers and makes the messages visible, so that messages appear in the order of their numbers.
    """

    streams: Streams
    log: EventLog
    render: Render
    base_url: str
    clock: Callable[[], datetime]
    _waiting: list[tuple[str, str, _Told]] = field(default_factory=list)  # account, key and message
    _writing: Once[str, WritingPeriod | None] = field(init=False)  # as of the account's first event

    def __post_init__(self) -> None:
        self._writing = Once(self.streams.writing)

    def __call__(self, applied: AppliedEvent) -> None:
        """Collect the messages of the event for `finish`. A repeat in other words has none."""
        account = applied.event.account
        writing = self._writing(account)
        if writing is None or writing.until <= self.clock():
            return
        first_applied = (
            applied if applied.outcome is not Outcome.DUPLICATE else self._first_application(applied, writing.since)
        )
        if first_applied is None or first_applied.outcome is Outcome.REPEATED:
            return
        for part, message in enumerate(self.render(first_applied, self.base_url)):
            body = json.dumps(message.body, ensure_ascii=False, separators=(",", ":"))
            self._waiting.append((account, _key(first_applied, part), _Told(body, _hops(first_applied))))

    def finish(self) -> None:
        """Append the collected messages in their order. Raises TryAgain if too many writers compete."""
        for account in dict.fromkeys(account for account, _, _ in self._waiting):
            told = {key: message for owner, key, message in self._waiting if owner == account}
            for keys in _chunks(list(told)):
                self._append(account, {key: told[key] for key in keys})
        self._waiting.clear()

    def _append(self, account: str, messages: dict[str, _Told]) -> None:
        for _ in range(TRIES):
            if not messages:
                return
            try:
                self.streams.append(account, self._numbered(account, messages))
            except AlreadyTold as told:
                messages = {key: message for key, message in messages.items() if key not in told.keys}
            except TryAgain:
                continue
            else:
                return
        raise TryAgain("Too many writers append to the stream.", WAIT)

    def _numbered(self, account: str, messages: Mapping[str, _Told]) -> dict[str, StreamMessage]:
        end, at = self.streams.end(account), self.clock()
        return {
            key: StreamMessage(number, told.body, at, at if number > end.number + 1 else end.at, told.hops)
            for number, (key, told) in enumerate(messages.items(), end.number + 1)
        }

    def _first_application(self, applied: AppliedEvent, since: datetime) -> AppliedEvent | None:
        """Return a repeated event as it was first applied, since its first message may be missing.

        Returns None if the event is older than the stream.
        """
        call = applied.call
        kept = self.log.kept(applied.event, call.id if call else "")
        if kept is None or kept.event.received_at < max(since, self.clock() - KEPT):
            return None
        return replace(applied, event=kept.event, outcome=Outcome(kept.outcome))


def _hops(applied: AppliedEvent) -> int:
    return max(applied.event.hops, applied.call.hops if applied.call else 0)


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + TOGETHER] for start in range(0, len(keys), TOGETHER))


def _key(applied: AppliedEvent, part: int) -> str:
    """Return the idempotency key of a message. One event may concern several calls, so the key includes the call."""
    subject = applied.call.id if applied.call else applied.event.lane
    return hashlib.sha256(f"{subject}\n{applied.event.id}\n{part}".encode()).hexdigest()[:32]
