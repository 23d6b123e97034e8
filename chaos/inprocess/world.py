"""A hub in one process: its handlers, tables, queues and workflows, and the injector that kills what runs."""

from __future__ import annotations

import json
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from itertools import count
from random import Random
from typing import Any

from chaos.inprocess import wiring
from chaos.inprocess.clients import Execution, StateMachines, Topic
from chaos.inprocess.faults import Injector, Odds
from chaos.inprocess.handlers import forget, logical_id, module
from chaos.inprocess.mail import Mail
from chaos.inprocess.outages import Outage
from chaos.inprocess.queues import Message, Queue
from chaos.inprocess.receivers import Behaviour, Receivers
from chaos.inprocess.scheduler import Killed, Process, Scheduler
from chaos.lineage import NEW, Lineage, LoopDetection, allowed
from local.bundle import load_template

WORKERS = {
    "workers/apply_call_event": ("EventsQueue", 20.0),
    "workers/deliver": ("DeliveriesQueue", 60.0),
    "workers/retry_lane": ("RetriesQueue", 60.0),
    "workers/send_email": ("MailingsQueue", 60.0),
}
WORKFLOW, WATCH, DRAIN = "workflows/redeliver", "workflows/watch_endpoints", "workflows/drain_spilled"
DRAINED_EVERY = 60.0
WORKERS_AT_ONCE = 3
WATCHED_EVERY = 300.0
RETRIES, FIRST_RETRY, LONGEST_RETRY, BETTER_TIMES = 6, 5.0, 300.0, 600.0  # as the state machine has them
_worlds = count(1)


class World:
    """Everything of one run."""

    def __init__(
        self, seed: int, behaviours: Mapping[str, Behaviour], odds: Odds, outages: Sequence[Outage] = ()
    ) -> None:
        self.chance = Random(seed)
        self.scheduler = Scheduler(self.chance)
        self.odds = odds
        self.injector = Injector(self.scheduler, self.chance, odds, outages)
        self.kills = self.injector.kills
        self.complaints: list[str] = []
        self.receivers = Receivers(self.scheduler, dict(behaviours), self.injector.point)
        self.queues = {name: Queue(_visibility(name), lambda: self.scheduler.now) for name, _ in WORKERS.values()}
        self.machines = StateMachines(lambda: self.scheduler.now, self.injector.effect)
        self.topic = Topic(self.injector.effect)
        self.mail = Mail(self.injector.effect)
        self.loops = LoopDetection(allowed())
        self.objects: dict[str, bytes] = {}
        self.tables: Any = None  # the client of DynamoDB, while the world is open
        self._name = f"chaos-{next(_worlds)}"
        self._busy: Counter[str] = Counter()
        self._watched_at = self._drained_at = 0.0
        self._processes = count(1)

    # --------------------------------------------------------------------------------------------------- runs

    def work(self, until: Callable[[], bool], patience: float) -> None:
        """Let everything run until nothing is left to do, or virtual time is up."""
        while not until():
            if self.scheduler.now > patience:
                self.complaints.append("there is no end to it")
                return
            self._start_what_can_be()
            if not self.scheduler.step():
                self._advance()

    def pass_time(self, until: float) -> None:
        """Let everything run up to this time."""
        while self.scheduler.now < until:
            self._start_what_can_be()
            if not self.scheduler.step():
                self._advance(until)

    def settled(self) -> bool:
        """Whether nothing is under way any more."""
        return not (
            any(self.queues.values())
            or self._busy.total()
            or any(execution.running for execution in self.machines.executions.values())
            or self.rows("EndpointsTable", "watch")
            or any(row["pk"]["S"] == "SPILLED" for row in self.rows("ActivityTable", "pk"))
            or any(key.startswith("spilled/") for key in self.objects)
        )

    def post(self, folder: str, run: Callable[[Process], None]) -> None:
        """Let a caller of a webhook work: a process without a deadline, which nobody kills."""
        self._start(folder, float("inf"), run)

    def rows(self, table: str, attribute: str) -> list[dict[str, Any]]:
        """The rows of a table that have an attribute."""
        items = self.tables.scan(TableName=self.table(table))["Items"]
        return [item for item in items if attribute in item]

    def _start_what_can_be(self) -> None:
        for folder, (name, timeout) in WORKERS.items():
            while (
                not self.injector.is_out("sqs")
                and self._busy[folder] < WORKERS_AT_ONCE
                and (batch := self.queues[name].receive(self.chance))
            ):
                self._start(folder, timeout, self._batch(folder, name, batch))
        now = self.scheduler.now
        for execution in self.machines.executions.values():
            if execution.running and not execution.busy and execution.wakes <= now:
                self._start(WORKFLOW, 60.0, self._turn(execution))
        if now >= self._watched_at + WATCHED_EVERY:
            self._watched_at = now
            self._start(WATCH, 10.0, lambda process: self._handle(WATCH, {}, process))
        if self.injector.outages and now >= self._drained_at + DRAINED_EVERY:
            self._drained_at = now
            self._start(DRAIN, 55.0, lambda process: self._handle(DRAIN, {}, process))

    def _advance(self, limit: float | None = None) -> None:
        executions = [one.wakes for one in self.machines.executions.values() if one.running and not one.busy]
        times = [limit, self.scheduler.next_wake, self._watched_at + WATCHED_EVERY, *executions]
        times += [self._drained_at + DRAINED_EVERY] if self.injector.outages else []
        times += [queue.next_visible() for queue in self.queues.values()]
        times += [one.end for one in self.injector.outages if one.end > self.scheduler.now]
        self.scheduler.now = max(self.scheduler.now, min(time for time in times if time is not None))

    def _start(self, folder: str, timeout: float, run: Callable[[Process], Any]) -> None:
        process = Process(f"{folder}", self.scheduler.now + timeout)
        self._busy[folder] += 1
        if self.chance.random() < 0.1:  # noqa: PLR2004 - now and then it is a new container
            forget()

        def guarded() -> None:
            try:
                run(process)
            except Killed:
                pass
            except Exception as error:  # noqa: BLE001 - the runtime reports it, and the batch comes again
                self._complain(process, error)
            finally:
                self._busy[folder] -= 1

        self.scheduler.start(process, guarded)

    def _batch(self, folder: str, name: str, batch: list[Message]) -> Callable[[Process], None]:
        records = [message.record() for message in batch]

        def run(process: Process) -> None:
            chain = self.loops.invoke(logical_id(folder), [message.chain for message in batch])
            if chain is None:
                return  # the batch comes again
            process.chain = chain
            answer = self._handle(folder, {"Records": records}, process)
            self.injector.point("before the acknowledgement")
            if self.injector.is_out("sqs"):
                return  # the messages come again after their visibility time-out
            failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            done = [record for record in records if record["messageId"] not in failed]
            if name == "RetriesQueue" and self.chance.random() < self.odds.double and not self.injector.peaceful:
                done = done[1:]  # a standard queue may hand a message out twice
            self.queues[name].delete({record["receiptHandle"] for record in done})

        return run

    def chain(self) -> Lineage:
        """Return what led to the running invocation."""
        process = self.scheduler.process
        return process.chain if process else NEW

    def _turn(self, execution: Execution) -> Callable[[Process], None]:
        execution.busy = True

        def run(process: Process) -> None:
            try:
                execution.state = self._handle(WORKFLOW, execution.state, process)
                execution.failures = 0
                execution.wakes = self.scheduler.now + execution.state["wait"]
                execution.running = not execution.state["done"]
                if not self.injector.peaceful and self.chance.random() < self.odds.abort:
                    self.kills["execution aborted"] += execution.running
                    execution.running = False
            except BaseException:
                execution.wakes = self.scheduler.now + self._retry(execution)
                raise
            finally:
                execution.busy = False

        return run

    def _retry(self, execution: Execution) -> float:
        execution.failures += 1
        if execution.failures > RETRIES:
            execution.failures = 0
            return BETTER_TIMES
        longest: float = min(LONGEST_RETRY, FIRST_RETRY * 2 ** (execution.failures - 1))
        return self.chance.random() * longest

    def _handle(self, folder: str, event: Any, process: Process) -> dict[str, Any]:
        answer: dict[str, Any] = module(folder).handler(json.loads(json.dumps(event)), _Context(self, process))
        return answer

    def _complain(self, process: Process, error: Exception) -> None:
        if not process.disturbed:
            lines = traceback.format_exception(error)
            self.complaints.append(f"{process.name} raised {type(error).__name__}: {error}\n{''.join(lines[-4:])}")

    # ------------------------------------------------------------------------------------------------ its log

    def info(self, *_: Any, **__: Any) -> None:
        """The functions' log is of no interest here."""

    def exception(self, *_: Any, **__: Any) -> None:
        """Nothing unforeseen may happen, unless it was injected."""
        process = self.scheduler.process
        error = sys.exc_info()[1]
        if process is not None and isinstance(error, Exception):
            self._complain(process, error)

    error = warning = info

    def open(self) -> AbstractContextManager[None]:
        """Put this world in the place of AWS, time and receivers."""
        return wiring.opened(self)

    def table(self, name: str) -> str:
        """Return the name of a table of this world."""
        return f"{self._name}-{name}"


class _Context:
    def __init__(self, world: World, process: Process) -> None:
        self._world, self._process = world, process

    def get_remaining_time_in_millis(self) -> int:
        return round((self._process.deadline - self._world.scheduler.now) * 1000)


@cache
def _visibility(queue: str) -> float:
    return float(load_template()["Resources"][queue]["Properties"]["VisibilityTimeout"])
