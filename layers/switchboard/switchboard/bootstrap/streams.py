"""Streams of events, and the tickets of their readers."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import authenticator
from switchboard.bootstrap.adapters import calls, streams

if TYPE_CHECKING:
    from switchboard.streams.append import AppendToStream
    from switchboard.streams.read import OpenReading
    from switchboard.streams.tickets import OpenReadingByTicket, TicketIssuer


def append_to_stream() -> AppendToStream:
    """Return the follower of applied events that writes the streams, new for each batch."""
    from switchboard.dialects.registry import renderer_named, streamed
    from switchboard.streams.append import AppendToStream

    return AppendToStream(streams(), calls(), renderer_named(streamed()).render, settings.base_url(), now)


@cache
def read_stream() -> OpenReading:
    """Return what opens a stream for a reader."""
    from switchboard.streams.read import OpenReading

    life = timedelta(seconds=settings.stream_seconds())
    return OpenReading(streams(), streams(), life, now, authenticator().is_good)


@cache
def ticket_issuer() -> TicketIssuer:
    """Return what issues tickets."""
    from switchboard.streams.tickets import TicketIssuer

    return TicketIssuer(streams(), now)


@cache
def read_by_ticket() -> OpenReadingByTicket:
    """Return what opens a stream for a reader with a ticket."""
    from switchboard.streams.tickets import OpenReadingByTicket

    return OpenReadingByTicket(streams(), read_stream(), now)
