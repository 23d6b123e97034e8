"""Receive a vendor's payload: authorise the source, parse the payload, and queue the event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from switchboard.accounts.authorise_source import without_credentials
from switchboard.accounts.model import Source
from switchboard.accounts.wire_checks import WireFacts
from switchboard.calls.doubtful_times import with_checked_times
from switchboard.calls.ports import EventQueue
from switchboard.dialects.model import Arrival, Dialect, Reply
from switchboard.errors import SwitchboardError
from switchboard.kernel.call import CallEvent
from switchboard.kernel.hops import check_hops, hops_in_hand


class UnparsableEventError(SwitchboardError):
    """The parser of a dialect failed: a fault of the hub, which the same payload would show again."""


class SourceDirectory(Protocol):
    """Finds a source by id and dialect, and checks its credentials. Raises NotFound or Unauthorized."""

    def find(self, source_id: str, dialect: str) -> Source: ...
    def current(self, source: Source) -> Source: ...
    def authorise(self, source: Source, authorization: str, fields: Mapping[str, Any], wire: WireFacts) -> Source: ...


@dataclass(frozen=True, slots=True)
class ReceiveCallEvent:
    """The use case behind every webhook. Returns after the event is durable."""

    sources: SourceDirectory
    queue: EventQueue
    dialect_named: Callable[[str], Dialect]
    clock: Callable[[], datetime]

    def __call__(self, dialect_name: str, source: Source, body: Mapping[str, Any], path: str = "") -> Reply | CallEvent:
        """Return the queued event, or the reply to a handshake. A handshake queues nothing.

        `path` is what the vendor appended to the source's address.
        Raises LoopRefused for an event that passed too many hubs. Raises UnparsableEventError if the dialect fails at
        the payload; TooLarge or Invalid if the queue can never take the event.
        """
        check_hops(hops_in_hand())
        dialect = self.dialect_named(dialect_name)
        arrival = Arrival(source, without_credentials(source, body), self.clock(), path)
        if dialect.handshake(arrival) is not None:
            # The handshake may just have changed: read the source again.
            return dialect.handshake(replace(arrival, source=self.sources.current(source)))  # type: ignore[return-value]
        event = replace(with_checked_times(_parsed(dialect, arrival), source.earliest), hops=hops_in_hand())
        self.queue.send(event)
        return event

    def source(self, dialect_name: str, source_id: str) -> Source:
        """Return the source behind a webhook address. Raises NotFound."""
        return self.sources.find(source_id, dialect_name)

    def authorise(self, source: Source, authorization: str, body: Mapping[str, Any], wire: WireFacts) -> Source:
        """Return the source as of the last write. Raises Unauthorized for wrong credentials."""
        return self.sources.authorise(source, authorization, body, wire)


def _parsed(dialect: Dialect, arrival: Arrival) -> CallEvent:
    try:
        return dialect.parse(arrival)
    except Exception as error:
        raise UnparsableEventError(type(error).__name__) from error
