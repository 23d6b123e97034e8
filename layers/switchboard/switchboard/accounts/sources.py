"""Add sources, and find and authenticate the source of an event."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from switchboard.accounts.authorise_source import authorise_source
from switchboard.accounts.model import Source
from switchboard.accounts.ports import Accounts, Admit, Sources, admit_all
from switchboard.accounts.source_paths import is_served_at
from switchboard.accounts.states import staying_account
from switchboard.accounts.vendor_signature import SourceChecks, check_signature
from switchboard.accounts.wire_checks import WireFacts, check_wire
from switchboard.errors import Invalid, NotFound, Unauthorized
from switchboard.kernel.last_known import Ages, LastKnown, Outages

KEEP_SECONDS = 30
REMEMBERED = 10_000
AGES = Ages(KEEP_SECONDS, 3600)
NO_OUTAGES = Outages()
NO_WIRE = WireFacts()


def connect_source(source: Source, dialects: Collection[str], accounts: Accounts, sources: Sources) -> Source:
    """Store a new source, and return the source with its region.

    Raises Invalid for an unknown dialect, and NotFound for an unknown account.
    """
    if source.dialect not in dialects:
        raise Invalid(f"The dialect must be one of {', '.join(dialects)}.", "dialect")
    made = with_region(source, accounts)
    sources.add(made)
    return made


def with_region(source: Source, accounts: Accounts) -> Source:
    """Return the source, with its account's region if the source has none. Raises as `staying_account`."""
    account = staying_account(source.account, accounts)
    return source if source.region else replace(source, region=account.region)


def require_source(source_id: str, sources: Sources) -> Source:
    """Return the source with this id. Raises NotFound."""
    source = sources.get(source_id)
    if source is None:
        raise NotFound("There is no such source.", "source")
    return source


class CachedSources:
    """Cached sources for the webhooks: a source is cached for 30 seconds, an unknown id is not cached.

    While the table is out of order, as `outages` tells, a source serves that was read within an hour.
    """

    def __init__(
        self,
        sources: Sources,
        clock: Callable[[], datetime],
        checks: SourceChecks,
        admit: Admit = admit_all,
        outages: Outages = NO_OUTAGES,
    ) -> None:
        self._sources, self._admit, self._clock = sources, admit, clock
        self._checks = checks
        self._known: LastKnown[str, Source | None] = LastKnown(
            REMEMBERED, AGES, outages.is_outage, outages.told, lambda: clock().timestamp()
        )

    def find(self, source_id: str, dialect: str) -> Source:
        """Return the source with this id and dialect. Raises NotFound."""
        source = self.of_any_dialect(source_id)
        if source.dialect != dialect:
            raise NotFound("There is no such source.")
        return source

    def of_any_dialect(self, path: str) -> Source:
        """Return the source with this path of its webhook. Raises NotFound, also for a path that was replaced."""
        source = self._known.get(path, lambda: self._sources.at_path(path))
        if source is None or not is_served_at(source, path, self._clock()):
            raise NotFound("There is no such source.")
        return source

    def current(self, source: Source) -> Source:
        """Return the stored source, past the cache. For rare requests that must see a change at once."""
        kept = self._sources.get(source.id) or source
        self._known.put(source.id, kept)
        return kept

    def authorise(
        self, source: Source, authorization: str, fields: Mapping[str, Any], wire: WireFacts = NO_WIRE
    ) -> Source:
        """Return the source if credentials, signature and address match. Raises Unauthorized, Suspended and TooMany.

        The cached source may hold old credentials, and the vendor may never repeat a refused event. Therefore the
        stored source is read before a request is refused.
        """
        self._admit(source.account)
        try:
            self._check(source, authorization, fields, wire)
        except Unauthorized:
            kept = self._sources.get(source.id)
            if kept is None or kept.auth == source.auth:
                raise
            self._check(kept, authorization, fields, wire)
            self._known.put(source.id, kept)
            return kept
        return source

    def _check(self, source: Source, authorization: str, fields: Mapping[str, Any], wire: WireFacts) -> None:
        authorise_source(source, authorization, fields)
        check_wire(source, wire, self._checks.open_secret)
        check_signature(source, fields, wire, self._checks)
