"""What reading streams needs from the outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from switchboard.accounts.model import Source
from switchboard.accounts.upstream.model import Upstream
from switchboard.accounts.upstream.streamed.model import Bookmark


class Bookmarks(Protocol):
    """The bookmark of each source whose stream is read."""

    def get(self, source_id: str) -> Bookmark | None: ...

    def save(self, bookmark: Bookmark) -> Bookmark:
        """Keep one, and give its next version; Conflict where it was changed or removed since it was read."""

    def remove(self, source_id: str) -> None:
        """Forget one, if it is there."""


Listen = Callable[[Upstream, str, str], AbstractContextManager[Iterator[bytes]]]
"""Listens to the PBX behind an upstream, with this token, from after the event of this id on (empty: from now on).

Gives what comes in as it comes, and something empty now and then where nothing does; ends where the PBX does. Raises
ProviderRefused and ProviderSilent before that.
"""

Receive = Callable[[Source, str], object]
"""Takes the data of an event of a source; comes back when it is durable.

Raises Invalid and TooLarge for what can never be an event, however often it is tried; anything else may pass.
"""
