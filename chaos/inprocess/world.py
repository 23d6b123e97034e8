"""A hub in one process: its handlers, tables, queues and workflows, and the injector that kills what runs."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import count
from random import Random
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError, ReadTimeoutError
from cachetools import TTLCache
from moto import mock_aws

from chaos.inprocess.clients import Execution, Queues, StateMachines, Tables, Topic
from chaos.inprocess.queues import Message, Queue
from chaos.inprocess.receivers import Behaviour, Receivers
from chaos.inprocess.scheduler import Killed, Lock, Pool, Process, Scheduler, wait
from chaos.lineage import NEW, Lineage, LoopDetection, allowed
from local.bundle import ROOT, load_template
from switchboard import settings
from switchboard.deliveries.deliver import DeliverBatch

if TYPE_CHECKING:
    from _thread import LockType

WORKERS = {
    "workers/apply_call_event": ("EventsQueue", 20.0),
    "workers/deliver": ("DeliveriesQueue", 60.0),
    "workers/retry_lane": ("RetriesQueue", 60.0),
}
WORKFLOW, WATCH = "workflows/redeliver", "workflows/watch_endpoints"
WORKERS_AT_ONCE = 3
WATCHED_EVERY = 300.0
RETRIES, FIRST_RETRY, LONGEST_RETRY, BETTER_TIMES = 6, 5.0, 300.0, 600.0  # as the state machine has them
READS = {"get_item", "query"}
SCHEDULE = "5,30,120,600,1800,3600,7200,14400"
TABLES = (
    "CallsTable",
    "DeliveriesTable",
    "SubscriptionsTable",
    "EndpointsTable",
    "TelephonyTable",
    "StreamsTable",
    "ActivityTable",
)
AWS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
_worlds = count(1)


@dataclass(frozen=True, slots=True)
class Odds:
    """How likely a fault is: a kill or a failed request at each point, an execution that ends at each turn."""

    kill: float = 0.004
    fail: float = 0.002
    abort: float = 0.01
    double: float = 0.01  # a retry's message that comes twice
    limit: float = 0.0  # an operator who changes a receiver's limit, at each event


class World:
    """Everything of one run."""

    def __init__(self, seed: int, behaviours: Mapping[str, Behaviour], odds: Odds) -> None:
        self.chance = Random(seed)
        self.scheduler = Scheduler(self.chance)
        self.odds = odds
        self.kills: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.receivers = Receivers(self.scheduler, dict(behaviours), self.point)
        self.queues = {name: Queue(_visibility(name), lambda: self.scheduler.now) for name, _ in WORKERS.values()}
        self.machines = StateMachines(lambda: self.scheduler.now, self.effect)
        self.topic = Topic(self.effect)
        self.loops = LoopDetection(allowed())
        self.peaceful = False
        self._name = f"chaos-{next(_worlds)}"
        self._busy: Counter[str] = Counter()
        self._watched_at = 0.0
        self._processes = count(1)

    # ------------------------------------------------------------------------------------------------- faults

    def point(self, name: str) -> None:
        """A place at which others go first, and the process may be killed."""
        process = self.scheduler.process
        if process is None:
            return
        self.scheduler.give_way()
        if not self.peaceful and self.chance.random() < self.odds.kill:
            self.kills[f"{process.name} {name}"] += 1
            process.end(name)
            raise Killed(name)

    def effect(self, name: str, act: Callable[[], Any]) -> Any:
        """An effect with a point before and, if the effect writes, a point after."""
        self.point(f"before {name}")
        if self._fails():
            raise ClientError({"Error": {"Code": "InternalServerError", "Message": "injected"}}, name)
        result = act()
        if name not in READS:
            self.point(f"after {name}")
            if self._fails():
                raise ReadTimeoutError(endpoint_url=name)
        return result

    def _fails(self) -> bool:
        process = self.scheduler.process
        if process is None or self.peaceful or self.chance.random() >= self.odds.fail:
            return False
        process.disturbed = True
        return True

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
        )

    def rows(self, table: str, attribute: str) -> list[dict[str, Any]]:
        """The rows of a table that have an attribute."""
        items = self.tables.scan(TableName=self._table(table))["Items"]
        return [item for item in items if attribute in item]

    def _start_what_can_be(self) -> None:
        for folder, (name, timeout) in WORKERS.items():
            while self._busy[folder] < WORKERS_AT_ONCE and (batch := self.queues[name].receive(self.chance)):
                self._start(folder, timeout, self._batch(folder, name, batch))
        now = self.scheduler.now
        for execution in self.machines.executions.values():
            if execution.running and not execution.busy and execution.wakes <= now:
                self._start(WORKFLOW, 60.0, self._turn(execution))
        if now >= self._watched_at + WATCHED_EVERY:
            self._watched_at = now
            self._start(WATCH, 10.0, lambda process: self._handle(WATCH, {}, process))

    def _advance(self, limit: float | None = None) -> None:
        executions = [one.wakes for one in self.machines.executions.values() if one.running and not one.busy]
        times = [limit, self.scheduler.next_wake, self._watched_at + WATCHED_EVERY, *executions]
        times += [queue.next_visible() for queue in self.queues.values()]
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
            self.point("before the acknowledgement")
            failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            done = [record for record in records if record["messageId"] not in failed]
            if name == "RetriesQueue" and self.chance.random() < self.odds.double and not self.peaceful:
                done = done[1:]  # a standard queue may hand a message out twice
            self.queues[name].delete({record["receiptHandle"] for record in done})

        return run

    def _chain(self) -> Lineage:
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
                if not self.peaceful and self.chance.random() < self.odds.abort:
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

    # -------------------------------------------------------------------------------------------------- wiring

    @contextmanager
    def open(self) -> Iterator[None]:
        """Put this world in the place of AWS, time and receivers."""
        with ExitStack() as stack:
            stack.enter_context(patch.dict(os.environ, {**AWS, **self._variables()}))
            stack.enter_context(mock_aws())
            real = boto3.client("dynamodb")
            self.tables = real
            self._make_tables(real)
            Pool.scheduler = self.scheduler
            stand_ins: dict[str, Any] = {
                "switchboard.aws.clients.dynamodb": lambda: Tables(real, self.effect),
                "switchboard.aws.clients.sqs": lambda: Queues(self.queues, self.effect, self._chain),
                "switchboard.aws.clients.stepfunctions": lambda: self.machines,
                "switchboard.aws.clients.sns": lambda: self.topic,
                "switchboard.aws.clients.kms": lambda: None,
                "switchboard.net.http.HttpSender": lambda **_: self.receivers,
                "switchboard.lambdas.lanes._threads": Pool,
                "switchboard.lambdas.lanes.wait": wait,
                "switchboard.deliveries.deliver.DeliverBatch": self._batch_of_deliveries,
                "switchboard.lambdas.lanes.logger": lambda: self,
                "switchboard.observability.logs.logger": lambda: self,
                "switchboard.observability.logs.count": lambda _: None,
                "switchboard.subscriptions.current.TTLCache": partial(TTLCache, timer=lambda: self.scheduler.now),
                "switchboard.bootstrap.read_clock": self.scheduler.clock,
                "switchboard.bootstrap.deliveries.random": self.chance.random,
            }
            for name, stand_in in stand_ins.items():
                stack.enter_context(patch(name, stand_in))
            forget()
            stack.callback(forget)
            yield

    def info(self, *_: Any, **__: Any) -> None:
        """The functions' log is of no interest here."""

    def exception(self, *_: Any, **__: Any) -> None:
        """Nothing unforeseen may happen, unless it was injected."""
        process = self.scheduler.process
        error = sys.exc_info()[1]
        if process is not None and isinstance(error, Exception):
            self._complain(process, error)

    error = info

    def _batch_of_deliveries(self, *parts: Any) -> DeliverBatch:
        batch = DeliverBatch(*parts)
        batch._lock = cast("LockType", Lock(self.scheduler))  # noqa: SLF001 - as `patch` does
        return batch

    def _table(self, name: str) -> str:
        return f"{self._name}-{name}"

    def _make_tables(self, client: Any) -> None:
        for name in TABLES:
            properties = load_template()["Resources"][name]["Properties"]
            keys = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
            wanted = {key: properties[key] for key in keys if key in properties}
            client.create_table(TableName=self._table(name), **wanted)

    def _variables(self) -> dict[str, str]:
        return {
            "CALLS_TABLE": self._table("CallsTable"),
            "DELIVERIES_TABLE": self._table("DeliveriesTable"),
            "SUBSCRIPTIONS_TABLE": self._table("SubscriptionsTable"),
            "ENDPOINTS_TABLE": self._table("EndpointsTable"),
            "TELEPHONY_TABLE": self._table("TelephonyTable"),
            "STREAMS_TABLE": self._table("StreamsTable"),
            "ACTIVITY_TABLE": self._table("ActivityTable"),
            "CORRELATION_WINDOW": "60",
            "EVENTS_QUEUE_URL": "EventsQueue",
            "DELIVERIES_QUEUE_URL": "DeliveriesQueue",
            "RETRIES_QUEUE_URL": "RetriesQueue",
            "REDELIVERY_WORKFLOW": "redeliver",
            "RECORDINGS_TABLE": self._table("RecordingsTable"),
            "FETCH_WORKFLOW": "fetch-recording",
            "OPERATIONS_TOPIC": "operations",
            "SECRETS_KEY": "key",
            "RETRY_SCHEDULE": SCHEDULE,
            "FAST_ATTEMPTS": "3",
            "FINAL_AFTER": "3600",
            "DELIVERY_TIMEOUT": "10",
            "DISABLE_AFTER": "432000",
            "ALLOW_PRIVATE_TARGETS": "true",
            "BASE_URL": "https://hub.example",
        }


class _Context:
    def __init__(self, world: World, process: Process) -> None:
        self._world, self._process = world, process

    def get_remaining_time_in_millis(self) -> int:
        return round((self._process.deadline - self._world.scheduler.now) * 1000)


def forget() -> None:
    """Forget what warm functions remember, as a new container does."""
    for module_ in [one for name, one in sys.modules.items() if name.startswith("switchboard.bootstrap")]:
        for name in dir(module_):
            clear = getattr(getattr(module_, name), "cache_clear", None)
            if clear is not None:
                clear()
    settings.delivery_settings.cache_clear()


def logical_id(folder: str) -> str:
    """The function of a folder, as the template names it."""
    return "".join(word.capitalize() for word in folder.replace("/", "_").split("_")) + "Function"


@cache
def module(folder: str) -> ModuleType:
    """A function's app.py, loaded under a name of its own."""
    path = ROOT / "functions" / folder / "app.py"
    spec = importlib.util.spec_from_file_location(f"chaos_{folder.replace('/', '_')}", path)
    if spec is None or spec.loader is None:
        raise ImportError(folder)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@cache
def _visibility(queue: str) -> float:
    return float(load_template()["Resources"][queue]["Properties"]["VisibilityTimeout"])
