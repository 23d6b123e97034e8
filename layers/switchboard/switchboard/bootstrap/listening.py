"""The worker that reads the streams of PBXs."""

from __future__ import annotations

from functools import cache
from threading import Event
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import account_states
from switchboard.bootstrap.adapters import bookmarks, sources, upstreams, vault
from switchboard.bootstrap.streamed_intake import receive_streamed
from switchboard.bootstrap.vendors import listen

if TYPE_CHECKING:
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
        receive=receive_streamed,
        pause=Event().wait,
        report=stream_troubled,
        clock=now,
        is_served=account_states().is_served,
    )
    return ReadPbxStreams(upstreams(), bookmarks(), read_stream, check_failed, now)
