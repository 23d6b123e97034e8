"""List the records of accounts, newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from switchboard.accounts.audit.model import HUB, AuditFilter, AuditRecord
from switchboard.accounts.audit.ports import AuditTrail
from switchboard.paging import across


@dataclass(frozen=True, slots=True)
class ListRecords:
    """Lists the records of `accounts`. `is_shown` says for an account (empty: none) whether its records may be shown.

    The records of the hub come last: among them are those whose account was known after the change only.
    """

    trail: AuditTrail
    accounts: Sequence[str]
    is_shown: Callable[[str], bool]

    def __call__(self, wanted: AuditFilter, limit: int, cursor: str | None) -> tuple[list[AuditRecord], str | None]:
        """Return a page, newest first within an account, and the cursor of the next. It may be shorter than `limit`."""

        def read(part: str, left: int, place: str | None) -> tuple[list[AuditRecord], str | None]:
            found, following = self.trail.listed(part, wanted.since, wanted.until, left, place)
            return [one for one in found if wanted.fits(one) and self.is_shown(one.account)], following

        return across([*self.accounts, HUB], limit, cursor, read)
