"""Ports of reading streams: bookmarks, the connection to a PBX, and the intake of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from switchboard.accounts.model import Source
from switchboard.accounts.upstream.model import Upstream
from switchboard.accounts.upstream.streamed.model import Bookmark


class Bookmarks(Protocol):
    """Repository of bookmarks, one for each source whose stream is read."""

    def get(self, source_id: str) -> Bookmark | None: ...

    def save(self, bookmark: Bookmark) -> Bookmark:
        """Save the bookmark, and return it with its next version. Raises Conflict if the version is out of date."""

    def remove(self, source_id: str) -> None:
        """Delete the bookmark, if there is one."""


Listen = Callable[[str, Upstream, str, str], AbstractContextManager[Iterator[bytes]]]
"""Open the event stream of a PBX. The arguments are dialect, upstream, token, and the id of the last event.

An empty id means from now on.
Yields the received bytes; `b""` when the connection is idle. Ends when the PBX closes the connection. Raises
ProviderRefused and ProviderSilent if the connection cannot be opened.
"""

ReceiveEvent = Callable[[Source, str], object]
"""Put an event of a source into the queue, and return when the event is stored durably.

Raises Invalid and TooLarge for data that will never be an event. Any other exception may be retried.
"""
