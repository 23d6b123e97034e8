"""Queue, workers, workflows and receivers in one process, with a clock that is moved by hand.

`crash_at` kills the process at one of the points that `Tripwire` counts: before and after every write and every
request. Whatever was not acknowledged comes again, as it does on AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from chaos.lineage import NEW, Lineage, LoopDetection, allowed
from switchboard.accounts.model import AccountState
from switchboard.accounts.states import SEEN_WITHIN, AccountStates
from switchboard.accounts.suspension import in_state
from switchboard.deliveries.attempts import TryDelivery, plain
from switchboard.deliveries.deliver import DeliverBatch
from switchboard.deliveries.drain import DrainLane
from switchboard.deliveries.endpoint import Drain, Endpoint, EndpointKey, RetryMessage
from switchboard.deliveries.lanes import Lanes
from switchboard.deliveries.model import Attempt, Delivery, DeliveryRecord, DeliveryState, PreparedRequest
from switchboard.deliveries.ports import Exchange
from switchboard.deliveries.redeliver import Redeliver
from switchboard.deliveries.retry import RetryRule
from switchboard.deliveries.watch import WatchEndpoints
from switchboard.errors import TryAgain
from switchboard.laps import Stop
from switchboard.subscriptions.credentials import CredentialOpener
from switchboard.subscriptions.current import CachedSubscriptions
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.endpoints import MemoryEndpoints
from tests.fakes.operations import MemoryOperations, MemoryWorkflows
from tests.fakes.queues import MemoryDeliveryQueue, MemoryRetryQueue
from tests.fakes.sender import MemorySender, Said
from tests.fakes.subscriptions import MemorySubscriptions
from tests.fakes.vault import MemoryVault
from tests.support.builders import NOON, a_delivery, a_subscription, an_account

SCHEDULE = (5.0, 30.0, 120.0, 600.0, 3600.0)
HOST = "https://{}.example"
VISIBILITY, LONGEST_WAIT, DEDUPLICATED_FOR = timedelta(seconds=360), timedelta(days=30), timedelta(minutes=5)
EFFECTS = frozenset({
    "send", "drain", "write", "commit", "redeliver", "tell", "keep_file",
})  # fmt: skip

DELIVERS, RETRIES = "WorkersDeliverFunction", "WorkersRetryLaneFunction"


class Crash(BaseException):
    """The process is gone."""


class Tripwire:
    """Counts the points at which a process can be killed, and kills it at one of them."""

    def __init__(self) -> None:
        self.points: list[str] = []
        self.at: int | None = None
        self.dead = False

    def pass_by(self, point: str) -> None:
        if self.dead:
            raise Crash(point)
        self.points.append(point)
        if self.at == len(self.points) - 1:
            self.dead = True
            raise Crash(point)


class Wired:
    """A port with a point before and after each of its effects."""

    def __init__(self, port: Any, wire: Tripwire) -> None:
        self._port, self._wire = port, wire

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if name not in EFFECTS:
            return found

        def wired(*given: Any, **named: Any) -> Any:
            what = f"{type(self._port).__name__.removeprefix('Memory')}.{name}"
            self._wire.pass_by(f"before {what}")
            answer = found(*given, **named)
            self._wire.pass_by(f"after {what}")
            return answer

        return wired


@dataclass(slots=True)
class Queued:
    """A message of a queue, with the chain of invocations that led to it."""

    of: Any
    at: datetime
    receives: int = 0
    chain: Lineage = field(default_factory=dict)


@dataclass(slots=True)
class Execution:
    """A workflow of a receiver."""

    key: EndpointKey
    episode: int
    part: int
    at: datetime
    done: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """One request at a receiver, and whether it was taken."""

    delivery: Delivery
    taken: bool
    at: datetime


@dataclass
class World:
    """The whole of the delivery side. `answer` says what a receiver answers to a delivery."""

    schedule: tuple[float, ...] = SCHEDULE
    fast_attempts: int = 3
    groups: int = 1
    disable_after: timedelta = timedelta(days=5)
    chance: Callable[[], float] = lambda: 0.5
    answer: Callable[[Delivery], Said] = lambda _: 200
    exchange: Callable[[str], Exchange] = plain
    now: datetime = NOON
    wire: Tripwire = field(default_factory=Tripwire)
    seen: list[Seen] = field(default_factory=list)
    made: dict[str, Delivery] = field(default_factory=dict)
    reports: list[tuple[DeliveryRecord, Attempt | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.messages: list[Queued] = []
        self.begun = 0
        self.stops: list[Stop] = []
        self.loops, self.chain = LoopDetection(allowed()), NEW
        self.executions: list[Execution] = []
        self.retry_messages: list[Queued] = []
        self.records, self.subscriptions = MemoryDeliveries(), MemorySubscriptions()
        self.endpoints, self.operations, self.vault = MemoryEndpoints(self.records), MemoryOperations(), MemoryVault()
        self.accounts = MemoryAccounts()
        self.accounts.add(an_account())
        self.retries, self.workflows, self.queued = MemoryRetryQueue(), MemoryWorkflows(), MemoryDeliveryQueue()
        self.known: dict[Drain, datetime] = {}
        self.sender = MemorySender(self._receive)
        for number, host in enumerate(("crm", "erp"), 1):
            self.subscriptions.add(a_subscription(f"{host}.event", id=number, url=HOST.format(host) + "/calls"))
        self.start()

    def start(self) -> None:
        """A new process: what was in memory is forgotten."""
        self.wire.dead, self.wire.at = False, None
        clock = lambda: self.now  # noqa: E731
        endpoints, operations = self._wired(self.endpoints), self._wired(self.operations)
        queue = self._wired(self.queued)
        self.current = CachedSubscriptions(self.subscriptions)
        self.rule = RetryRule(self.schedule, self.fast_attempts, self.chance)
        self.try_delivery = TryDelivery(
            self.current, CredentialOpener(self.vault), self._wired(self.sender), self.endpoints, operations, 7, clock,
            lambda record, attempt: self.reports.append((record, attempt)), self.exchange,
        )  # fmt: skip
        self.lanes = Lanes(
            endpoints, self._wired(self.retries), self._wired(self.workflows), self.try_delivery, self.rule, operations,
            clock, self.stops.append, AccountStates(self.accounts, clock),
        )  # fmt: skip
        self.redeliver = Redeliver(
            endpoints, self.current, queue, self.lanes, self.rule, operations, self.disable_after, clock
        )
        self.drain = DrainLane(endpoints, queue, self.lanes)
        self.batch: Callable[[], DeliverBatch] = lambda: DeliverBatch(
            self._wired(self.records), endpoints, self.try_delivery, self.lanes, self.drain, clock
        )
        self.watch = WatchEndpoints(endpoints, queue, self._wired(self.workflows), clock)

    def _wired(self, port: Any) -> Any:
        return Wired(port, self.wire)

    def happen(self, *numbers: int, call: str = "call-1", host: str = "crm", **fields: Any) -> list[Delivery]:
        """Events of a call, by their numbers, planned and queued."""
        made = [self._delivery(number, call, host, fields) for number in numbers]
        for delivery in made:
            self.records.put(delivery)
            self.made[delivery.id] = delivery
            self.queue(delivery)
        return made

    def put(self, state: AccountState) -> None:
        """Suspend the account or end its suspension, half a minute before now; an end is told to the receivers."""
        account = self.accounts.get("acme")
        assert account
        self.accounts.save(in_state(account, state, self.now))
        self.now += SEEN_WITHIN
        if state is AccountState.ACTIVE:
            for endpoint in self.endpoints.of_account("acme"):
                self.retries.send(RetryMessage(endpoint.key), 0)
            with self.process():
                pass

    def queue(self, delivery: Delivery) -> None:
        self.messages.append(Queued(delivery, self.now))

    def _delivery(self, number: int, call: str, host: str, fields: dict[str, Any]) -> Delivery:
        own = {"subscription_id": 1 if host == "crm" else 2, "subscription_key": f"vpbx:{host}.event"}
        group = f"{host}:{crc32(call.encode()) % self.groups}"
        where = {"receiver": HOST.format(host), "endpoint": host, "subject": call, "call_id": call, "group": group}
        return a_delivery(f"{host}.{call}.{number}", sequence=number, **{**own, **where, **fields})

    def _receive(self, request: PreparedRequest) -> Said:
        delivery = self.made[request.headers["webhook-id"]]
        said = self.answer(delivery)
        taken = Attempt(self.now, 0, status=said).succeeded if isinstance(said, int) else False
        self.seen.append(Seen(delivery, taken, self.now))
        return replace(said, at=self.now) if isinstance(said, Attempt) else said

    def crash_at(self, point: int) -> None:
        """Kill the process when it comes by this point, counted from now on."""
        self.wire.at = len(self.wire.points) + point

    @contextmanager
    def process(self) -> Iterator[None]:
        """What a process does until it is killed."""
        try:
            yield
        except Crash:
            self.start()
        finally:
            self._collect()
            self.chain = NEW

    def _collect(self) -> None:
        """What was sent to the queue of retries and to Step Functions is there, whoever was killed after it."""
        for one in self.retries.sent:
            self.retry_messages.append(Queued(one, self.now + timedelta(seconds=one.wait), chain=self.chain))
        self.retries.sent.clear()
        for drain in self.queued.drains:
            if self.known.get(drain, self.now) <= self.now:
                self.known[drain] = self.now + DEDUPLICATED_FOR
                self.messages.append(Queued(drain, self.now, chain=self.chain))
        self.queued.drains.clear()
        for started in self.workflows.started[self.begun :]:
            key, episode = started.endpoint.key, started.endpoint.episode
            self.executions.append(Execution(key, episode, started.part, self.now + timedelta(seconds=started.wait)))
        self.begun = len(self.workflows.started)

    def deliver(self) -> None:
        """One batch of what the queue hands out; of a group nothing while something of it is out of sight."""
        hidden = {one.of.group for one in self.messages if one.at > self.now}
        taken = [one for one in self.messages if one.of.group not in hidden][:10]
        for one in taken:
            one.at, one.receives = self.now + VISIBILITY, one.receives + 1
        chain = self.loops.invoke(DELIVERS, [one.chain for one in taken]) if taken else NEW
        if chain is None:
            return  # refused: all of it comes again
        self.chain = chain
        with self.process():
            batch = self.batch()
            done: list[Queued] = []
            for group in dict.fromkeys(one.of.group for one in taken):
                done += self._group(batch, [one for one in taken if one.of.group == group])
            batch.finish()
            self.messages = [one for one in self.messages if all(one is not other for other in done)]

    def _group(self, batch: DeliverBatch, messages: list[Queued]) -> list[Queued]:
        for place, one in enumerate(messages):
            try:
                if isinstance(one.of, Drain):
                    batch.drain(one.of, lambda: False)
                else:
                    batch(one.of, first_receipt=one.receives == 1)
            except TryAgain as error:
                for rest in messages[place:]:
                    rest.at = self.now + timedelta(seconds=error.after)
                return messages[:place]
        return messages

    def retry(self) -> None:
        """Every lane whose message is there goes to its group, and every receiver that is to be tried has its turn."""
        for one in [one for one in self.retry_messages if one.at <= self.now]:
            one.at = self.now + VISIBILITY
            chain = self.loops.invoke(RETRIES, [one.chain])
            if chain is None:
                continue
            self.chain = chain
            with self.process():
                try:
                    if one.of.again.drain is None:
                        self.redeliver.try_now(one.of.again)
                    else:
                        self._wired(self.queued).drain([one.of.again.drain])
                except TryAgain as error:
                    one.at = self.now + timedelta(seconds=max(error.after, 0.1))
                    continue
                self.retry_messages = [other for other in self.retry_messages if other is not one]

    def turn(self) -> None:
        """A turn of every workflow whose time has come."""
        for one in [one for one in self.executions if one.at <= self.now and not one.done]:
            one.at = self.now + timedelta(seconds=5)  # the state machine's own retry
            with self.process():
                following = self.redeliver(one.key, one.episode, one.part)
                one.done, one.at = following.done, self.now + timedelta(seconds=following.wait)

    def step(self) -> None:
        """Everything that can be done at this moment, once."""
        self.deliver()
        self.retry()
        self.turn()

    def run(self, until: Callable[[], bool] | None = None, limit: timedelta = LONGEST_WAIT) -> None:
        """Go on, from one moment at which something happens to the next, until nothing is left to happen."""
        end = self.now + limit
        for _ in range(3000):
            self.step()
            if until is not None and until():
                return
            times = self._times()
            if not times or min(times) > end:
                return
            self.now = max(self.now, min(times))
        raise AssertionError("it never comes to an end")

    def _times(self) -> list[datetime]:
        groups: dict[str, datetime] = {}
        for one in self.messages:  # a group waits for the last of it that is out of sight
            groups[one.of.group] = max(one.at, groups.get(one.of.group, one.at))
        planned: list[Any] = [*self.retry_messages, *self.executions]
        waiting = [one.at for one in planned if not getattr(one, "done", False)]
        return [*groups.values(), *waiting]

    def after(self, seconds: float) -> None:
        """Let time pass, and do what is due then."""
        self.now += timedelta(seconds=seconds)
        self.step()

    def state(self, delivery: Delivery) -> DeliveryState:
        return self.record(delivery).state

    def record(self, delivery: Delivery) -> DeliveryRecord:
        found = self.records.get(delivery.id)
        assert found is not None
        return found

    def endpoint(self, host: str = "crm") -> Endpoint | None:
        return self.endpoints.get(EndpointKey("acme", host))

    def attempts(self, delivery: Delivery) -> list[datetime]:
        """When a receiver saw a delivery."""
        return [seen.at for seen in self.seen if seen.delivery.id == delivery.id]

    def taken(self, host: str = "crm", call: str = "call-1") -> list[int]:
        """The numbers of the events that a receiver took of a call, repeats aside."""
        of_call = [one.delivery for one in self.seen if one.taken and one.delivery.endpoint == host]
        return list(dict.fromkeys(one.sequence for one in of_call if one.subject == call))


def disorder(world: World) -> list[str]:
    """What a receiver saw before it had taken, or finally refused, all that comes before it in the call."""
    over: set[str] = set()
    early: list[str] = []
    final = {
        id_
        for id_ in world.made
        if world.record(world.made[id_]).state in (DeliveryState.DEAD, DeliveryState.CANCELLED)
    }
    for seen in world.seen:
        one = seen.delivery
        before = [
            other.id for other in world.made.values()
            if (other.endpoint, other.subject) == (one.endpoint, one.subject) and other.sequence < one.sequence
        ]  # fmt: skip
        if set(before) - over - final:
            early.append(one.id)
        if seen.taken:
            over.add(one.id)
    return early


def unfinished(world: World) -> list[str]:
    """Deliveries that nothing became of."""
    return [id_ for id_, made in world.made.items() if not world.record(made).finished]


def repeats(world: World) -> list[str]:
    """What a receiver had taken, and got again."""
    taken = [seen.delivery.id for seen in world.seen if seen.taken]
    return [id_ for id_ in dict.fromkeys(taken) if taken.count(id_) > 1]
