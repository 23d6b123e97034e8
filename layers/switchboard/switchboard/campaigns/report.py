"""Read the report of an execution: its state, and each subscriber's outcome, read by the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from switchboard.campaigns.dialling.retry import STOPPED
from switchboard.campaigns.ports import PAGE, Audiences, Executions
from switchboard.errors import Conflict, NotFound
from switchboard.kernel.campaign import OVER, CallRecord, Execution, Phase, SubscriberRecord
from switchboard.kernel.campaign_outcome import SubscriberOutcome, Waiting, reason_of

Emailed = Callable[[Execution, int, int], Mapping[int, str]]
"""Returns the e-mail states of subscribers by index, for (execution, first, count); without e-mail absent."""


def nobody_emailed(execution: Execution, first: int, count: int) -> Mapping[int, str]:  # noqa: ARG001 - an Emailed
    """Port Emailed of a hub without e-mail."""
    return {}


@dataclass(frozen=True, slots=True)
class ReadReport:
    """The use cases behind `/task-execs/{id}`."""

    executions: Executions
    audiences: Audiences
    emailed: Emailed = nobody_emailed

    def execution(self, account: str, id_: str) -> Execution:
        """Return the account's execution. Raises NotFound."""
        found = self.executions.get(account, id_)
        if found is None:
            raise NotFound("There is no such execution of a task.")
        return found

    def outcomes(self, execution: Execution, first: int = 0) -> Iterator[SubscriberOutcome]:
        """Yield the subscribers' outcomes from index `first` on, read lazily by the page."""
        running = self._running(execution)
        for number in range(first // PAGE, -(-execution.audience.size // PAGE)):
            start = max(first, number * PAGE)
            page = self.audiences.page(execution.account, execution.audience, number)[start - number * PAGE :]
            known = {one.index: one for one in self.executions.records(execution, start, len(page))}
            emailed = self.emailed(execution, start, len(page))
            for index, subscriber in enumerate(page, start):
                record = replace(_told_of(execution, known, index), emailed=emailed.get(index, ""))
                calls = _with_running(record.calls, running.get(index, ()))
                notified = record.notified or any(call.success for call in calls)  # at once, while the call lasts
                yield SubscriberOutcome(subscriber, replace(record, calls=calls, notified=notified))

    def waits(self, account: str) -> Mapping[str, Waiting]:
        """Return what the account's running executions wait for, by id; those that call are absent."""
        return self.executions.waits(account)

    def forget(self, account: str, id_: str) -> None:
        """Delete an execution's report and list. Raises Conflict while the execution is active."""
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
    """Return a subscriber's record. In a stopped execution, subscribers without a result have failed as `stopped`."""
    record = known.get(index, SubscriberRecord(index))
    record = replace(record, reason=reason_of(execution.settings, record))
    if execution.phase is Phase.STOPPED and not (record.notified or record.reason):
        return replace(record, final=True, reason=STOPPED)
    return record


def _with_running(ended: tuple[CallRecord, ...], running: tuple[CallRecord, ...]) -> tuple[CallRecord, ...]:
    """Merge ended and running calls. A call that ended between the two reads appears once, as ended."""
    known = {call.id for call in ended}
    return (*ended, *(call for call in running if call.id not in known))
