"""Pages of audit records, for the accounts in the caller's reach."""

from __future__ import annotations

from collections.abc import Mapping

from switchboard.accounts.audit.find import ListRecords
from switchboard.accounts.audit.model import AuditFilter, AuditRecord
from switchboard.bootstrap.adapters import audit_trail
from switchboard.lambdas.callers import ACCOUNT, caller
from switchboard.lambdas.operator import account_in, accounts_in, page_in


def records_in(query: Mapping[str, str], wanted: AuditFilter) -> tuple[list[AuditRecord], str | None]:
    """Return a page of records, and the next cursor. Raises NotFound for an account out of the caller's reach."""
    own = account_in(query).id if ACCOUNT in query else None
    shown = (lambda account: account == own) if own else caller().reaches
    return ListRecords(audit_trail(), accounts_in(query), shown)(wanted, *page_in(query))
