"""Begin an erasure: of an account, or of a number in an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.accounts.model import Account, AccountState
from switchboard.accounts.ports import Accounts
from switchboard.erasures.model import Erasure, ErasureState
from switchboard.erasures.ports import EraseWorkflows, Erasures
from switchboard.erasures.progress import first_turn_at
from switchboard.errors import Conflict, Invalid, NotFound
from switchboard.kernel.numbers import to_e164

SHOWN = 2  # digits of an erased number that the report keeps


@dataclass(frozen=True, slots=True)
class BeginErasure:
    """Stores the erasure, then starts the workflow. The watch starts the workflow if the worker dies in between."""

    erasures: Erasures
    accounts: Accounts
    workflows: EraseWorkflows
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    def of_account(self, account: Account, *, dry_run: bool) -> Erasure:
        """Return the erasure of an account. A second request returns the erasure that runs."""
        if running := self._running(account.id, "", dry_run=dry_run):
            return running
        if not dry_run:
            self.accounts.save(replace(account, state=AccountState.DELETING))
        erasure = Erasure(self.new_id(), account.id, self.clock(), dry_run=dry_run, account_since=account.created_at)
        return self._begin(erasure)

    def of_number(self, account: Account, number: str, *, dry_run: bool) -> Erasure:
        """Return the erasure of a number, which is read by the account's region. Raises Invalid and Conflict."""
        if account.state is AccountState.DELETING:
            raise Conflict("The account is being deleted.", "account")
        e164 = to_e164(number, account.region)
        if e164 is None:
            raise Invalid("This is no telephone number.", "number")
        if running := self._running(account.id, e164, dry_run=dry_run):
            return running
        shown = f"…{e164[-SHOWN:]}"
        return self._begin(Erasure(self.new_id(), account.id, self.clock(), e164, shown, dry_run))

    def _running(self, account: str, number: str, *, dry_run: bool) -> Erasure | None:
        same = (account, number, dry_run)
        found = (one for one in self.erasures.all() if (one.account, one.number, one.dry_run) == same)
        return next((one for one in found if one.state is not ErasureState.DONE), None)

    def _begin(self, erasure: Erasure) -> Erasure:
        first = first_turn_at(erasure)
        saved = self.erasures.save(replace(erasure, next_at=first))
        self.workflows.erase(saved.id, saved.part, (first - erasure.asked_at).total_seconds())
        return saved


def find_erasure(erasure_id: str, erasures: Erasures) -> Erasure:
    """Return the erasure. Raises NotFound."""
    erasure = erasures.get(erasure_id)
    if erasure is None:
        raise NotFound("There is no such erasure.", "erasure")
    return erasure
