"""The events of an account as server-sent events (WHATWG HTML, section 'Server-sent events')."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.bootstrap import now
from switchboard.bootstrap.streams import read_by_ticket, read_stream
from switchboard.dialects.refusals import refuse
from switchboard.errors import Refused, TooMany
from switchboard.lambdas.live import live
from switchboard.lambdas.streaming import App, Request, Streamed, json_answer
from switchboard.streams.model import StreamMessage
from switchboard.streams.read import Reading

HEARTBEAT = timedelta(seconds=10)
# A comment line alone: no client takes it for the end of an event.
COMMENT = b":\n"
RECONNECT = 1000  # milliseconds, after which a client that was cut off comes again,
GO_ON = 100  # and one whose time was over
WAIT = 5  # seconds, for whom there is no place


def following(account_behind: Callable[[str], str]) -> App:
    """The app behind a stream: nothing is reached without a ticket or what `account_behind` takes for authorisation."""

    def open_events(request: Request) -> Events:
        ticket = request.query.get("ticket", "")
        # The header first: a browser that comes again shows the query that it began with.
        last_seen = request.header("last-event-id") or request.query.get("last_event_id", "")
        if ticket:
            return Events(read_by_ticket()(ticket, last_seen), now)
        return Events(read_stream()(account_behind(request.header("authorization")), last_seen), now)

    return live(open_events, _refused)


@dataclass(slots=True)
class Events:
    """A reading, told as server-sent events; a comment is sent where there has been nothing else for a while."""

    reading: Reading
    clock: Callable[[], datetime]
    said_at: datetime | None = None

    def turn(self) -> bytes | None:
        """The events that are new."""
        begins = self.said_at is None
        # Told first: who is cut off before any event goes on from here.
        said = f"retry: {RECONNECT}\nid: {self.reading.position}\n\n".encode() if begins else b""
        found = self.reading.turn() if not begins else []
        if found is None:
            return None
        said += _lines(found)
        if self.reading.over:  # what it says now is the last
            said += f"retry: {GO_ON}\n\n".encode()
        now = self.clock()
        if not said and self.said_at is not None and now - self.said_at >= HEARTBEAT:
            said = COMMENT
        if said:
            self.said_at = now
        return said

    def close(self) -> None:
        """The end of the reading."""
        self.reading.close()


def _lines(messages: Sequence[StreamMessage]) -> bytes:
    """JSON has no line breaks, so that each is one line of data."""
    return "".join(f"id: {message.number}\ndata: {message.body}\n\n" for message in messages).encode()


def _refused(error: Refused) -> Streamed:
    wait = {"Retry-After": str(WAIT)} if isinstance(error, TooMany) else {}
    return json_answer(error.status, refuse(error), wait)
