"""Port of the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from switchboard.accounts.audit.model import AuditRecord


class AuditTrail(Protocol):
    """Records by `part`, newest first. `keep` upserts a record by its time and request."""

    def keep(self, record: AuditRecord) -> None: ...
    def listed(
        self, part: str, since: datetime | None, until: datetime | None, limit: int, cursor: str | None
    ) -> tuple[list[AuditRecord], str | None]: ...
