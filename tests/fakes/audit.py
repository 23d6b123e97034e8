"""The audit trail in memory."""

from __future__ import annotations

from datetime import datetime

from switchboard.accounts.audit.model import AuditRecord
from tests.fakes.pages import page


class InMemoryTrail:
    """Port AuditTrail."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, datetime, str], AuditRecord] = {}

    def keep(self, record: AuditRecord) -> None:
        self._kept[record.part, record.at, record.request_id] = record

    def listed(
        self, part: str, since: datetime | None, until: datetime | None, limit: int, cursor: str | None
    ) -> tuple[list[AuditRecord], str | None]:
        found = [self._kept[key] for key in sorted(self._kept, reverse=True) if key[0] == part]
        timely = [one for one in found if (not since or since <= one.at) and (not until or one.at < until)]
        return page(timely, limit, cursor)
