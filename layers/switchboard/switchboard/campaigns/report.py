"""Executions as they are reported: how far they are, and what became of each subscriber, read by the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from switchboard.campaigns.dialling.retry import STOPPED
from switchboard.campaigns.ports import PAGE, Audiences, Executions
from switchboard.errors import Conflict, NotFound
from switchboard.kernel.campaign import OVER, CallRecord, Execution, Phase, SubscriberRecord
from switchboard.kernel.campaign_outcome import Outcome

Emailed = Callable[[Execution, int, int], Mapping[int, str]]
"""What came of the e-mail to the subscribers from an index on, so many of them; who got none is left out."""


def nobody_emailed(execution: Execution, first: int, count: int) -> Mapping[int, str]:  # noqa: ARG001 - an Emailed
    """Of a hub without e-mail."""
    return {}


@dataclass(frozen=True, slots=True)
class ReadReport:
    """The use cases behind `/task-execs/{id}`."""

    executions: Executions
    audiences: Audiences
    emailed: Emailed = nobody_emailed

    def execution(self, account: str, id_: str) -> Execution:
        """The account's execution; NotFound for all others."""
        found = self.executions.get(account, id_)
        if found is None:
            raise NotFound("There is no such execution of a task.")
        return found

    def outcomes(self, execution: Execution, first: int = 0) -> Iterator[Outcome]:
        """Everybody's from `first` on, read as they are asked for."""
        running = self._running(execution)
        for number in range(first // PAGE, -(-execution.audience.size // PAGE)):
            start = max(first, number * PAGE)
            page = self.audiences.page(execution.account, execution.audience, number)[start - number * PAGE :]
            known = {one.index: one for one in self.executions.records(execution, start, len(page))}
            emailed = self.emailed(execution, start, len(page))
            for index, subscriber in enumerate(page, start):
                record = replace(_told_of(execution, known, index), emailed=emailed.get(index, ""))
                calls = _with_running(record.calls, running.get(index, ()))
                yield Outcome(subscriber, replace(record, calls=calls))

    def forget(self, account: str, id_: str) -> None:
        """Show an execution no more; Conflict while it is not over."""
        execution = self.execution(account, id_)
        if execution.phase not in OVER:
            raise Conflict("It is running: stop it first.")
        self.executions.forget(execution)
        self.audiences.remove(account, execution.audience.id)

    def _running(self, execution: Execution) -> dict[int, tuple[CallRecord, ...]]:
        if execution.phase in OVER:
            return {}
        found: dict[int, tuple[CallRecord, ...]] = {}
        for index, call in self.executions.running(execution):
            found[index] = (*found.get(index, ()), call)
        return found


def _told_of(execution: Execution, known: Mapping[int, SubscriberRecord], index: int) -> SubscriberRecord:
    """What is kept of a subscriber; whom a stopped execution did not come to any more failed for that."""
    record = known.get(index, SubscriberRecord(index))
    if execution.phase is Phase.STOPPED and not (record.notified or record.reason):
        return replace(record, final=True, reason=STOPPED)
    return record


def _with_running(ended: tuple[CallRecord, ...], running: tuple[CallRecord, ...]) -> tuple[CallRecord, ...]:
    """A call that ended between the two readings is told once, as ended."""
    known = {call.id for call in ended}
    return (*ended, *(call for call in running if call.id not in known))
