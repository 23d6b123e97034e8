"""The turns of an erasure's workflow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.accounts.model import AccountState
from switchboard.accounts.ports import Accounts, Sources
from switchboard.erasures.model import Erasure, ErasureState, Wanted
from switchboard.erasures.ports import DataPlace, EraseWorkflows, Erasures
from switchboard.erasures.progress import after_page, finished
from switchboard.kernel.numbers import NumberSearch, spellings_of
from switchboard.turns import DONE, TurnResult


@dataclass(frozen=True, slots=True)
class EraseTurn:
    """One turn: as many pages as the time allows. Each page is erased before the progress is written.

    If the worker dies in between, the next turn looks at the page again, and finds what is left.
    """

    erasures: Erasures
    places: Sequence[DataPlace]
    workflows: EraseWorkflows
    accounts: Accounts
    sources: Sources
    clock: Callable[[], datetime]

    def __call__(self, erasure_id: str, part: int, out_of_time: Callable[[], bool]) -> TurnResult:
        """Sweep until the time is over or the next sweep has to wait. An older part ends at once."""
        erasure = self.erasures.get(erasure_id)
        if erasure is None or erasure.part > part:
            return DONE
        if self._is_outlived(erasure):
            self.erasures.save(finished(erasure, self.clock()))
            return DONE
        erasure = self._begun(erasure)
        marks = self.erasures.marks(erasure.id) if erasure.of_number else frozenset[str]()
        while erasure.state is ErasureState.RUNNING:
            wait = self._wait(erasure)
            if wait or out_of_time():
                return TurnResult(done=False, wait=wait)
            erasure, marks = self._page(erasure, marks)
        self._close(erasure)
        return DONE

    def hand_on(self, erasure_id: str, part: int, wait: float) -> None:
        """Start the next part of the workflow."""
        erasure = self.erasures.get(erasure_id)
        if erasure is None or erasure.part >= part:
            return
        self.erasures.save(replace(erasure, part=part))
        self.workflows.erase(erasure_id, part, wait)

    def _is_outlived(self, erasure: Erasure) -> bool:
        """Whether the account of this erasure has ended already, by another erasure, and its id may be taken again."""
        if erasure.of_number or erasure.account_since is None or erasure.state is ErasureState.DONE:
            return False
        account = self.accounts.get(erasure.account)
        return account is None or account.created_at != erasure.account_since

    def _begun(self, erasure: Erasure) -> Erasure:
        """Return the erasure with the account's sources, which are read before their rows go.

        A change of the account at the same instant may have overwritten its state, so the state is written again.
        """
        if erasure.state is not ErasureState.RUNNING:
            return erasure
        account = self.accounts.get(erasure.account)
        if account and account.state is not AccountState.DELETING and not (erasure.of_number or erasure.dry_run):
            self.accounts.save(replace(account, state=AccountState.DELETING))
        if erasure.sources:
            return erasure
        own = tuple(source.id for source in self.sources.of_account(erasure.account))
        return self.erasures.save(replace(erasure, sources=own)) if own else erasure

    def _page(self, erasure: Erasure, marks: frozenset[str]) -> tuple[Erasure, frozenset[str]]:
        wanted = Wanted(erasure.account, _search(erasure), marks, frozenset(erasure.sources))
        place = self.places[erasure.place]
        finding = place.look(wanted, erasure.cursor)
        if new := finding.marks - marks:
            self.erasures.remember(erasure.id, new)
        if finding.entries and not erasure.dry_run:
            place.erase(finding, wanted)
        now = self.clock()
        after = after_page(replace(erasure, next_at=now), finding, len(self.places), now)
        return self.erasures.save(after), marks | new

    def _wait(self, erasure: Erasure) -> float:
        return max(0.0, (erasure.next_at - self.clock()).total_seconds()) if erasure.next_at else 0.0

    def _close(self, erasure: Erasure) -> None:
        """Remove the account's row, then write the end. A newer account of the same id is left alone."""
        self.erasures.forget(erasure.id)
        if erasure.state is not ErasureState.CLOSING:
            return
        account = self.accounts.get(erasure.account)
        if account is not None and account.state is AccountState.DELETING:
            self.accounts.remove(account.id)
        counted = {**erasure.erased, "accounts": 1}
        self.erasures.save(finished(replace(erasure, erased=counted), self.clock()))


def _search(erasure: Erasure) -> NumberSearch | None:
    return spellings_of(erasure.number) if erasure.number else None
