"""A vendor's payload comes in: authorise the source, read it, and put it in the queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from switchboard.accounts.authorise_source import without_credentials
from switchboard.accounts.model import Source
from switchboard.calls.ports import EventQueue
from switchboard.dialects.model import Arrival, Dialect, Reply
from switchboard.kernel.call import CallEvent


class SourceDirectory(Protocol):
    """Finds the source of an id and dialect, and checks its credentials; raises NotFound and Unauthorized."""

    def find(self, source_id: str, dialect: str) -> Source: ...
    def current(self, source: Source) -> Source: ...
    def authorise(self, source: Source, authorization: str, fields: Mapping[str, Any]) -> Source: ...


@dataclass(frozen=True, slots=True)
class ReceiveCallEvent:
    """The use case behind every webhook; answers when the event is stored, and not before."""

    sources: SourceDirectory
    queue: EventQueue
    dialect_named: Callable[[str], Dialect]
    clock: Callable[[], datetime]

    def __call__(self, dialect_name: str, source: Source, body: Mapping[str, Any]) -> Reply | CallEvent:
        """The queued event, or the reply to a handshake, which leaves nothing in the queue."""
        dialect = self.dialect_named(dialect_name)
        arrival = Arrival(source, without_credentials(source, body), self.clock())
        if dialect.handshake(arrival) is not None:
            # Its form may have been changed a moment ago, by whoever connects the source right now.
            return dialect.handshake(replace(arrival, source=self.sources.current(source)))  # type: ignore[return-value]
        event = dialect.parse(arrival)
        self.queue.send(event)
        return event

    def source(self, dialect_name: str, source_id: str) -> Source:
        """The source of this address; NotFound before its payload is looked at."""
        return self.sources.find(source_id, dialect_name)

    def authorise(self, source: Source, authorization: str, body: Mapping[str, Any]) -> Source:
        """The source, as it is kept now where it has changed; raises Unauthorized."""
        return self.sources.authorise(source, authorization, body)
