"""Sources: connect, change, disconnect, and find the one an event came from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from cachetools import TTLCache

from switchboard.accounts.authorise_source import authorise_source
from switchboard.accounts.model import Source
from switchboard.accounts.ports import Accounts, Sources
from switchboard.errors import Invalid, NotFound, Unauthorized

KEEP_SECONDS = 30
REMEMBERED = 10_000


def connect_source(source: Source, dialects: Collection[str], accounts: Accounts, sources: Sources) -> None:
    """Add a source to its account; NotFound for an unknown account, Invalid for a dialect that nobody speaks."""
    if source.dialect not in dialects:
        raise Invalid(f"It must be one of {', '.join(dialects)}.", "dialect")
    if accounts.get(source.account) is None:
        raise NotFound("There is no such account.", "account")
    sources.add(source)


def require_source(source_id: str, sources: Sources) -> Source:
    """The source of this id, or NotFound."""
    source = sources.get(source_id)
    if source is None:
        raise NotFound("There is no such source.", "source")
    return source


class SourceDirectory:
    """Sources by id for the hot path: what was found is remembered for half a minute, misses never."""

    def __init__(self, sources: Sources, clock: Callable[[], datetime]) -> None:
        self._sources = sources
        self._known: TTLCache[str, Source] = TTLCache(REMEMBERED, KEEP_SECONDS, timer=lambda: clock().timestamp())

    def find(self, source_id: str, dialect: str) -> Source:
        """The source of this id and dialect, or NotFound."""
        source = self.of_any_dialect(source_id)
        if source.dialect != dialect:
            raise NotFound("There is no such source.")
        return source

    def of_any_dialect(self, source_id: str) -> Source:
        """The source of this id, or NotFound."""
        source = self._known.get(source_id) or self._sources.get(source_id)
        if source is None:
            raise NotFound("There is no such source.")
        self._known.setdefault(source_id, source)
        return source

    def current(self, source: Source) -> Source:
        """The source as it is kept now, for what is rare and has to be right at once."""
        kept = self._sources.get(source.id) or source
        self._known[source.id] = kept
        return kept

    def authorise(self, source: Source, authorization: str, fields: Mapping[str, Any]) -> Source:
        """The source that these credentials are good for; raises Unauthorized.

        What is remembered may be older than a change of credentials, and an event that is refused may be lost for
        ever: so a refusal is by what is kept now.
        """
        try:
            authorise_source(source, authorization, fields)
        except Unauthorized:
            kept = self._sources.get(source.id)
            if kept is None or kept.auth == source.auth:
                raise
            authorise_source(kept, authorization, fields)
            self._known[source.id] = kept
            return kept
        return source
