"""Records of changes through the operator's API, and which of them a reader asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

KEPT_FOR = timedelta(days=400)
HUB = ""  # the account of a change that belongs to no account, or to its end


@dataclass(frozen=True, slots=True)
class AuditTarget:
    """What was changed: `sources`, `tokens`, and so on; the id, empty before the hub has given one."""

    kind: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """A change. `part` is the account as known before the change, by which the record is stored.

    `status` is the answer's; None while the change is under way, and for ever if its function died. `before` and
    `after` hold no secret and no whole telephone number.
    """

    at: datetime
    actor: str
    action: str
    account: str
    target: AuditTarget
    address: str
    request_id: str
    part: str = HUB
    status: int | None = None
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which records a reader asks for. Empty texts and None ask for all; `until` is excluded."""

    actor: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, record: AuditRecord) -> bool:
        """Whether the record is asked for, its time apart."""
        return self.actor in ("", record.actor) and self.action in ("", record.action)
