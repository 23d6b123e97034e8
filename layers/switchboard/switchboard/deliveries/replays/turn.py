"""The turns of a replay's workflow: page by page, the oldest delivery first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.deliveries.model import DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries
from switchboard.deliveries.replays.letters import Letters, rounds_of
from switchboard.deliveries.replays.model import ReplayRun, ReplayState
from switchboard.deliveries.replays.ports import EndingAccounts, PacedQueue, ReplayRuns, ReplayWorkflows
from switchboard.errors import Conflict
from switchboard.turns import DONE, TurnResult

# Amazon SQS Developer Guide, "FIFO queue quotas": SQS looks for groups among the first 120,000 messages, so a longer
# queue of one receiver would hold up the others.
MOST_WAITING = 20_000
PAUSE = 30.0  # seconds, while the queue is longer
SIDE_BY_SIDE = 8  # deliveries that are opened again at once


@dataclass(frozen=True, slots=True)
class ReplayTurn:
    """One turn: as many pages as the time and the length of the queue allow.

    A page is stored, then its deliveries are opened again and queued, and the next page is stored with the counts. A
    worker that dies leaves a stored page. The next turn queues again what waits for its message; the queue and the
    worker of deliveries drop repeats.
    """

    runs: ReplayRuns
    deliveries: Deliveries
    queue: PacedQueue
    workflows: ReplayWorkflows
    accounts: EndingAccounts
    clock: Callable[[], datetime]

    def __call__(self, run_id: str, part: int, out_of_time: Callable[[], bool]) -> TurnResult:
        """Replay until the time is over, the queue is long, or all is done. An older part ends at once."""
        run = self.runs.get(run_id)
        if run is None or not run.is_running or run.part > part:
            return DONE
        if self.accounts.is_ending(run.account):
            self.runs.save(run.ended(ReplayState.STOPPED, self.clock()))
            return DONE
        try:
            return self._go_on(run, out_of_time)
        except Conflict:  # the operator stopped the replay, or a newer part has begun
            return TurnResult(done=False, wait=PAUSE)

    def at_once(self, run: ReplayRun, out_of_time: Callable[[], bool]) -> ReplayRun:
        """Take the first turn of a replay without its workflow; start the workflow if deliveries remain.

        Returns the replay as it is then. A replay that has a workflow already is returned as it is.
        """
        if run.is_running and not run.part:
            result = self(run.id, 0, out_of_time)
            if not result.done:
                with suppress(Conflict):  # another request hands the replay on
                    self.hand_on(run.id, 1, result.wait)
        return self.runs.get(run.id) or run

    def hand_on(self, run_id: str, part: int, wait: float) -> None:
        """Start the next part of the workflow."""
        run = self.runs.get(run_id)
        if run is None or run.part >= part:
            return
        self.runs.save(replace(run, part=part))
        self.workflows.replay(run_id, part, wait)

    def _go_on(self, run: ReplayRun, out_of_time: Callable[[], bool]) -> TurnResult:
        records = [self.deliveries.get(letter.id) for letter in run.page]
        while True:
            run = run.sent(self._send(run, records))
            if run.last:
                self.runs.save(run.ended(ReplayState.DONE, self.clock()))
                return DONE
            wait = 0.0 if run.dry_run or self.queue.waiting() <= MOST_WAITING else PAUSE
            if wait or out_of_time():
                self.runs.save(replace(run, next_at=self.clock() + timedelta(seconds=wait)))
                return TurnResult(done=False, wait=wait)
            page, place = Letters(self.deliveries).page(run)
            planned = run.planned(page, place, self.clock())
            run, records = planned if run.dry_run else self.runs.save(planned), [*page]

    def _send(self, run: ReplayRun, records: Sequence[DeliveryRecord | None]) -> int:
        """Open the page's deliveries again, queue them in order, and return how many were queued."""
        if not run.page:
            return 0
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
            planned = (letter.replays for letter in run.page)
            opened = list(threads.map(self._opened, records, planned, [run.wanted.state] * len(run.page)))
        due = [record for record in opened if record is not None]
        pending = [record.delivery for record in due if record.state is DeliveryState.PENDING]
        for some in rounds_of(pending):
            self.queue.send(some)
        return len(due)

    def _opened(self, record: DeliveryRecord | None, replays: int, state: DeliveryState) -> DeliveryRecord | None:
        """Return a delivery that this replay has opened again, now or before; None for one that changed before."""
        if record is None:
            return None
        if record.delivery.replays > replays:
            return record
        if record.state is not state:
            return None
        again = record.reopened()
        return again if self.deliveries.reopen(record, again) else None
