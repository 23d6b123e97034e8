"""The use cases around streams, and their table."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from switchboard import bootstrap, settings

if TYPE_CHECKING:
    from switchboard.aws.streams_table import StreamsTable
    from switchboard.streams.append import AppendToStream
    from switchboard.streams.read import OpenReading
    from switchboard.streams.tickets import OpenReadingByTicket, TicketIssuer

DIALECT = "sprecord"  # whose API has a stream


@cache
def streams() -> StreamsTable:
    """Streams, places and tickets."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.streams_table import StreamsTable

    return StreamsTable(dynamodb(), settings.streams_table())


@cache
def append_to_stream() -> AppendToStream:
    """What follows every applied event."""
    from switchboard.dialects.registry import renderer_named
    from switchboard.streams.append import AppendToStream

    render = renderer_named(DIALECT).render
    return AppendToStream(streams(), bootstrap.calls(), render, settings.base_url(), bootstrap.now)


@cache
def read_stream() -> OpenReading:
    """Opens a stream for a reader."""
    from switchboard.streams.read import OpenReading

    return OpenReading(streams(), streams(), timedelta(seconds=settings.stream_seconds()), bootstrap.now)


@cache
def ticket_desk() -> TicketIssuer:
    """Where tickets are had."""
    from switchboard.streams.tickets import TicketIssuer

    return TicketIssuer(streams(), bootstrap.now)


@cache
def read_by_ticket() -> OpenReadingByTicket:
    """Opens a stream for a reader with a ticket."""
    from switchboard.streams.tickets import OpenReadingByTicket

    return OpenReadingByTicket(streams(), read_stream(), bootstrap.now)
