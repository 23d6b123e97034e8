"""An execution at another system is looked at, and our own report becomes what theirs is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from switchboard.campaigns.dialling.ports import DiallingStore
from switchboard.campaigns.dialling.state import Change
from switchboard.campaigns.handover.mirror import Whose, changed, records_of
from switchboard.campaigns.handover.model import OvertakenError, Reason
from switchboard.campaigns.handover.ports import Cato
from switchboard.campaigns.model import Execution, Phase, SubscriberRecord
from switchboard.campaigns.ports import PAGE, Audiences
from switchboard.dialects.cato.told import Report
from switchboard.errors import TryAgain

AT_ONCE = 50  # records in one transaction
MOST_CONFLICTS = 20  # with a conductor that changes the same dialling
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Follow:
    """Mirrors a report, and ends an execution. Each write is conditional on the account's dialling as it was read."""

    store: DiallingStore
    audiences: Audiences
    clock: Callable[[], datetime]

    def __call__(self, execution: Execution, theirs: str, cato: Cato) -> bool:
        """Whether it is over. OvertakenError; what the other system's client raises."""
        pages = cato.report(theirs)
        first = next(pages)
        now = replace(execution, counters=first.counters, wave=first.wave)
        if first.is_active and now == execution:
            return False
        self._mirror(execution, _whole(first, pages), is_over=not first.is_active)
        # The counters are written last: whoever is cut off before leaves some that say that there is more to be done.
        if first.is_active:
            self._write(now)
        else:
            self._write(replace(now, phase=Phase.FINISHED, finished_at=self.clock()))
        return not first.is_active

    def fail(self, execution: Execution, reason: Reason) -> None:
        """End it; who was not notified counts as failed, so that the report adds up."""
        counters = execution.counters
        ended = replace(
            counters,
            not_yet=0,
            failed=counters.failed + counters.not_yet,
            failed_calls=counters.failed_calls + counters.in_progress,
            in_progress=0,
            talking=0,
        )
        over = replace(execution, phase=Phase.FAILED, reason=reason.value, counters=ended, finished_at=self.clock())
        self._write(over)

    def _mirror(self, execution: Execution, pages: Iterator[Report], *, is_over: bool) -> None:
        whose = Whose(self.audiences.whole(execution.account, execution.audience))
        for page in pages:
            told = list(records_of(execution, whose, page.subscribers, is_over=is_over))
            for some in _parts(sorted(told, key=lambda one: one.index), PAGE):
                kept = self.store.records(execution.id, execution.account, [one.index for one in some])
                for few in _parts(changed(some, kept), AT_ONCE):
                    self._write(execution, few)

    def _write(self, execution: Execution, records: Sequence[SubscriberRecord] = ()) -> None:
        """One transaction: records of an execution as it is, or how far it is now."""
        account, id_ = execution.account, execution.id
        for _ in range(MOST_CONFLICTS):
            state = self.store.load(account)
            found = state.executions.get(id_)
            if found is None or found.part > execution.part:
                raise OvertakenError
            others = {key: one for key, one in state.executions.items() if key != id_}
            over = [execution] if execution.finished_at else []
            active = {**others, id_: execution} if not over else others
            dialler = replace(state.dialler, version=state.dialler.version + 1)
            keyed = {(id_, record.index): record for record in records}
            if self.store.commit(
                state.dialler.version,
                Change(replace(state, dialler=dialler, executions=active), records=keyed, over=over),
            ):
                return
        raise TryAgain("The account's dialling changes too fast.", 1.0)


def _whole(first: Report, rest: Iterator[Report]) -> Iterator[Report]:
    yield first
    yield from rest


def _parts(entries: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (entries[first : first + size] for first in range(0, len(entries), size))
