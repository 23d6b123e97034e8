"""Begin, steer and read executions: port Executions on the dialling store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.campaigns.dialling.ports import DiallingStore, RunWorkflow, Ticks
from switchboard.campaigns.dialling.state import MOST_ACTIVE, Change, DiallingState, call_of
from switchboard.campaigns.dialling.waiting import waiting_of
from switchboard.errors import Conflict, NotFound, NotSupported, Refused, TooMany, TryAgain
from switchboard.kernel.campaign import (
    OVER,
    CallRecord,
    Counters,
    Execution,
    Limits,
    Phase,
    SubscriberRecord,
    Task,
)
from switchboard.kernel.campaign_outcome import Waiting
from switchboard.laps import NO_LAPS, Laps

MOST_CONFLICTS = 20  # with the account's conductor
CONFLICT_WAIT = 1.0
NO_EXECUTION = "There is no such execution."
Decide = Callable[[DiallingState], tuple[DiallingState, Execution]]


@dataclass(frozen=True, slots=True)
class ExecutionDesk:
    """Port Executions. Every write is under an optimistic lock on the dialler's version."""

    store: DiallingStore
    queue: Ticks
    workflow: RunWorkflow
    clock: Callable[[], datetime]

    def begin(self, task: Task, execution: Execution) -> Execution:
        """Store and drive a new execution, or return the task's active one. Raises TooMany above MOST_ACTIVE."""
        size = execution.audience.size
        fresh = replace(execution, task=task.id, counters=Counters(total=size, not_yet=size))

        def decide(state: DiallingState) -> tuple[DiallingState, Execution]:
            for active in state.executions.values():
                if active.task == task.id:
                    return state, active
            if (known := self.store.snapshot(execution.account, fresh.id)) is not None:
                return state, known  # over since: an id that a client's key gives begins once
            if len(state.executions) >= MOST_ACTIVE:
                raise TooMany("As many campaigns run as may at once.")
            return replace(state, executions={**state.executions, fresh.id: fresh}), fresh

        state, begun = self._change(execution.account, decide, begun=fresh)
        # Also for an execution that runs already: its starter may have died before this line.
        self._drive(state, begun)
        return begun

    def look_after(self, execution: Execution) -> None:
        """Send a tick and start the workflow again. A repeat changes nothing."""
        self._drive(self.store.load(execution.account), execution)

    def get(self, account: str, id_: str) -> Execution | None:
        """Return the execution's current state; None if the account has no such execution."""
        active = self.store.load(account).executions.get(id_)
        found = active or self.store.snapshot(account, id_)
        if active is None and found is not None and found.phase not in OVER:
            # The execution began or ended between the two reads.
            found = self.store.load(account).executions.get(id_) or self.store.snapshot(account, id_)
        return found

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Execution], str | None]:
        """Return a page of executions in their current state, newest first."""
        found, following = self.store.listed(account, limit, cursor)
        active = self.store.load(account).executions
        return [active.get(one.id, one) for one in found], following

    def active(self, account: str) -> Sequence[Execution]:
        """Return the executions that are not over."""
        return list(self.store.load(account).executions.values())

    def steer(self, account: str, id_: str, phase: Phase) -> Execution:
        """Pause, resume or stop. Repeats change nothing. Raises NotFound, Conflict or NotSupported."""

        def decide(state: DiallingState) -> tuple[DiallingState, Execution]:
            found = state.executions.get(id_)
            if found is None:
                raise self._gone(account, id_)
            steered = _steered(found, phase, part=int(self.clock().timestamp()))
            return replace(state, executions={**state.executions, id_: steered}), steered

        state, steered = self._change(account, decide)
        if steered.phase is Phase.RUNNING:
            self._drive(state, steered)
        else:
            self._tick(state)
        return steered

    def hand_on(self, execution: Execution, part: int, wait: float) -> None:
        """Start a newer part of the execution's workflow after `wait` seconds, unless the execution is over."""

        def decide(state: DiallingState) -> tuple[DiallingState, Execution]:
            found = state.executions.get(execution.id)
            if found is None or found.part >= part:
                return state, found or execution
            newer = replace(found, part=part)
            return replace(state, executions={**state.executions, execution.id: newer}), newer

        state, newer = self._change(execution.account, decide)
        if execution.id in state.executions:
            self.workflow.run(newer, newer.part, wait)

    def records(self, execution: Execution, first: int, count: int) -> Sequence[SubscriberRecord]:
        """Return the stored records of `count` subscribers from `first`, in the order of the audience."""
        found = self.store.records_between(execution.id, execution.account, first, count)
        return [found[index] for index in sorted(found)]

    def running(self, execution: Execution) -> Sequence[tuple[int, CallRecord]]:
        """Return the calls in progress, each with its subscriber's index."""
        lines = self.store.load(execution.account).lines.values()
        return [(line.subscriber, call_of(line)) for line in lines if line.execution == execution.id]

    def waits(self, account: str) -> Mapping[str, Waiting]:
        """Return what running executions wait for, by id; executions that call are absent."""
        state, now = self.store.load(account), self.clock()
        found = {id_: waiting_of(state, execution, now) for id_, execution in state.executions.items()}
        return {id_: waiting for id_, waiting in found.items() if waiting is not None}

    def forget(self, execution: Execution) -> None:
        """Remove an execution that is over. The records of its subscribers expire later."""
        self.store.forget(execution.account, execution.id)

    def limits(self, account: str) -> Limits | None:
        """Return the operator's limits; None if the operator has set none."""
        return self.store.load(account).dialler.limits

    def limit(self, account: str, limits: Limits) -> None:
        """Set the limits. Calls in progress continue, also above a lower limit."""
        for _ in range(MOST_CONFLICTS):
            state = self.store.load(account)
            after = replace(state, dialler=replace(state.dialler, limits=limits))
            if state.dialler.limits == limits or self._commit(state, after):
                self._tick(after)
                return
        raise _busy()

    def _change(self, account: str, decide: Decide, begun: Execution | None = None) -> tuple[DiallingState, Execution]:
        """Decide on the loaded state and commit; repeat after a conflict. Raises TryAgain after many conflicts."""
        for _ in range(MOST_CONFLICTS):
            state = self.store.load(account)
            after, decided = decide(state)
            if after == state or self._commit(state, after, [begun] if begun else []):
                return after, decided
        raise _busy()

    def _commit(self, before: DiallingState, after: DiallingState, begun: Sequence[Execution] = ()) -> bool:
        dialler = replace(after.dialler, version=before.dialler.version + 1)
        return self.store.commit(before.dialler.version, Change(replace(after, dialler=dialler), begun=begun))

    def _gone(self, account: str, id_: str) -> Refused:
        if self.store.snapshot(account, id_) is None:
            return NotFound(NO_EXECUTION, "id")
        return Conflict("The execution is over.", "id")

    def _drive(self, state: DiallingState, execution: Execution) -> None:
        """Send the tick first, because the tick makes calls begin; the workflow only keeps the calls going."""
        self._tick(state)
        self.workflow.run(execution, execution.part, 0.0)

    def _tick(self, state: DiallingState) -> None:
        """Send a tick with a unique name, so that the queue does not drop the tick as a repeat of an older one."""
        stamp = f"{self.clock().timestamp():.6f}"
        self.queue.tick(state.dialler.account, f"desk.{state.dialler.version}.{stamp}")


class NullDriver:
    """Null object for the ports Ticks and RunWorkflow, for callers that only read."""

    def tick(self, account: str, name: str, laps: Laps = NO_LAPS) -> None:
        """Send nothing."""

    def run(self, execution: Execution, part: int, wait: float) -> None:
        """Start nothing."""


def _steered(execution: Execution, phase: Phase, part: int) -> Execution:
    """Return the execution in the new phase. Raises Conflict if it is stopping, NotSupported if handed over."""
    if execution.phase is Phase.HANDED_OVER:
        raise NotSupported("The system that the campaign was handed over to can be told no such thing.", "id")
    if phase in {Phase.STOPPING, Phase.STOPPED}:
        return replace(execution, phase=Phase.STOPPING)
    if execution.phase is Phase.STOPPING:
        raise Conflict("The execution is being stopped.", "id")
    if phase is Phase.RUNNING and execution.phase is Phase.PAUSED:
        return replace(execution, phase=phase, reason="", refusals=0, part=max(part, execution.part + 1))
    return replace(execution, phase=phase) if phase is Phase.PAUSED else execution


def _busy() -> TryAgain:
    return TryAgain("The account's dialling changes too fast.", CONFLICT_WAIT)
