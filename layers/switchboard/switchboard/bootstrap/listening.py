"""The worker that reads the streams of PBXs."""

from __future__ import annotations

from functools import cache
from threading import Event
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import bookmarks, sources, upstreams, vault
from switchboard.bootstrap.intake import receive_call_event
from switchboard.bootstrap.upstream import listen

if TYPE_CHECKING:
    from switchboard.accounts.model import Source
    from switchboard.accounts.upstream.streamed.read_streams import ReadPbxStreams


@cache
def read_streams() -> ReadPbxStreams:
    """Return what reads the streams of all connected sources, every minute."""
    from switchboard.accounts.upstream.streamed.read_stream import ReadPbxStream
    from switchboard.accounts.upstream.streamed.read_streams import ReadPbxStreams
    from switchboard.observability.logs import check_failed, stream_troubled

    read_stream = ReadPbxStream(
        sources=sources(),
        upstreams=upstreams(),
        bookmarks=bookmarks(),
        vault=vault(),
        listen=listen,
        receive=_receive,
        pause=Event().wait,
        report=stream_troubled,
        clock=now,
    )
    return ReadPbxStreams(upstreams(), bookmarks(), read_stream, check_failed, now)


def _receive(source: Source, data: str) -> None:
    """Receive an event as the body of a webhook."""
    from switchboard.accounts.upstream.streamed.server_sent import MOST
    from switchboard.errors import Invalid
    from switchboard.intake.receive_call_event import UnparsableEventError
    from switchboard.kernel.call import CallEvent
    from switchboard.kernel.event_bodies import event_in
    from switchboard.observability.logs import call_event_received

    body = event_in(data.encode(errors="surrogateescape"), {}, MOST)
    try:
        received = receive_call_event()(source.dialect, source, body)
    except UnparsableEventError as error:  # would stop the stream for ever
        raise Invalid("The event cannot be parsed.") from error
    if isinstance(received, CallEvent):
        call_event_received(received)
