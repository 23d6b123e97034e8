"""The use cases around sources whose PBX's stream is read, and their adapters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import cache
from threading import Event
from typing import TYPE_CHECKING

from switchboard import bootstrap, settings
from switchboard.bootstrap.upstream import upstreams

if TYPE_CHECKING:
    from switchboard.accounts.model import Source
    from switchboard.accounts.upstream.model import Upstream
    from switchboard.accounts.upstream.streamed.manager import StreamManager
    from switchboard.accounts.upstream.streamed.read_stream import ReadPbxStream
    from switchboard.accounts.upstream.streamed.read_streams import ReadPbxStreams
    from switchboard.aws.bookmarks import BookmarkRows
    from switchboard.net.vendor_streams import VendorStreams


@cache
def bookmarks() -> BookmarkRows:
    """How far sources' streams are read."""
    from switchboard.aws.bookmarks import BookmarkRows

    return BookmarkRows(bootstrap.accounts_table())


@cache
def vendor_streams() -> VendorStreams:
    """What listens to vendors, at vetted addresses alone."""
    from switchboard.net.guard import Guard
    from switchboard.net.resolver import Resolver
    from switchboard.net.session import vetted_session
    from switchboard.net.vendor_streams import VendorStreams

    guard = Guard(Resolver(), allow_private=settings.allow_private_targets())
    return VendorStreams(lambda: vetted_session(guard))


def listen(upstream: Upstream, token: str, last_id: str) -> AbstractContextManager[Iterator[bytes]]:
    """The stream of the PBX behind an upstream."""
    from switchboard.dialects.sprecord.client import listening

    return vendor_streams().listen(upstream.base_url, listening(token, last_id))


@cache
def stream_manager() -> StreamManager:
    """Where sources are connected whose stream is read."""
    from switchboard.accounts.upstream.streamed.manager import StreamManager

    return StreamManager(upstreams(), bookmarks(), bootstrap.vault(), listen, bootstrap.now)


@cache
def read_stream() -> ReadPbxStream:
    """Reads one source's stream."""
    from switchboard.accounts.upstream.streamed.read_stream import ReadPbxStream
    from switchboard.observability.logs import stream_troubled

    return ReadPbxStream(
        sources=bootstrap.sources(),
        upstreams=upstreams(),
        bookmarks=bookmarks(),
        vault=bootstrap.vault(),
        listen=listen,
        receive=_receive,
        pause=Event().wait,
        report=stream_troubled,
        clock=bootstrap.now,
    )


@cache
def read_streams() -> ReadPbxStreams:
    """The use case behind the schedule of every minute."""
    from switchboard.accounts.upstream.streamed.read_streams import ReadPbxStreams
    from switchboard.observability.logs import check_failed

    return ReadPbxStreams(upstreams(), bookmarks(), read_stream(), check_failed, bootstrap.now)


def _receive(source: Source, data: str) -> None:
    """As a webhook's body is: what no database holds is no event's ruin."""
    from switchboard.kernel.call import CallEvent
    from switchboard.kernel.json_objects import object_in
    from switchboard.observability.logs import call_event_received

    received = bootstrap.receive_call_event()(source.dialect, source, object_in(data.encode()))
    if isinstance(received, CallEvent):
        call_event_received(received)
