"""The events of an account as server-sent events (WHATWG HTML, section 'Server-sent events')."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.accounts.model import Token
from switchboard.bootstrap import now
from switchboard.bootstrap.streams import read_by_ticket, read_stream
from switchboard.dialects.refusals import refuse
from switchboard.errors import Refused, TooMany
from switchboard.kernel.hops import FIELD as HOPS
from switchboard.lambdas.live import live
from switchboard.lambdas.streaming import App, Request, Streamed, json_answer, login
from switchboard.streams.model import StreamMessage
from switchboard.streams.read import Reading

HEARTBEAT = timedelta(seconds=10)
# A comment line; clients do not read a comment as the end of an event.
COMMENT = b":\n"
RECONNECT = 1000  # milliseconds until a disconnected client reconnects,
GO_ON = 100  # and until a client whose time was over reconnects
WAIT = 5  # seconds: Retry-After if all places are taken


def following(token_behind: Callable[[str], Token]) -> App:
    """Return the app of a stream. A request needs a ticket, or a header that `token_behind` accepts."""

    def open_events(request: Request) -> ServerSentEvents:
        ticket = request.query.get("ticket", "")
        # The header first: a browser that reconnects repeats the query of its first request.
        last_seen = request.header("last-event-id") or request.query.get("last_event_id", "")
        if ticket:
            return ServerSentEvents(read_by_ticket()(ticket, last_seen), now)
        token = login(request, token_behind)
        return ServerSentEvents(read_stream()(token.account, last_seen, token.digest), now)

    return live(open_events, _refused)


@dataclass(slots=True)
class ServerSentEvents:
    """A reading as server-sent events. After ten quiet seconds a comment is sent."""

    reading: Reading
    clock: Callable[[], datetime]
    said_at: datetime | None = None

    def turn(self) -> bytes | None:
        """Return new events as text, possibly empty, or None at the end."""
        begins = self.said_at is None
        # The position comes first, so that a client that is cut off before any event can go on from here.
        said = f"retry: {RECONNECT}\nid: {self.reading.position}\n\n".encode() if begins else b""
        found = self.reading.turn() if not begins else []
        if found is None:
            return None
        said += _lines(found)
        if self.reading.over:  # the last bytes of this reading
            said += f"retry: {GO_ON}\n\n".encode()
        now = self.clock()
        if not said and self.said_at is not None and now - self.said_at >= HEARTBEAT:
            said = COMMENT
        if said:
            self.said_at = now
        return said

    def close(self) -> None:
        """End the reading."""
        self.reading.close()


def _lines(messages: Sequence[StreamMessage]) -> bytes:
    """Return the messages as events. JSON has no line breaks, so each message is one data line.

    The field `hops` is for hubs. By the standard, other clients ignore a field that they do not know.
    """
    return "".join(f"id: {one.number}\n{HOPS}: {one.hops + 1}\ndata: {one.body}\n\n" for one in messages).encode()


def _refused(error: Refused) -> Streamed:
    wait = {"Retry-After": str(WAIT)} if isinstance(error, TooMany) else {}
    return json_answer(error.status, refuse(error), {**wait, **error.headers})
