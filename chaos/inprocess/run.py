"""One seed: calls are told to accounts whose receivers misbehave, until all is quiet; then the books are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from chaos.inprocess import mail, receivers
from chaos.inprocess.faults import Odds
from chaos.inprocess.objects import sealed
from chaos.inprocess.outages import Outage
from chaos.inprocess.receivers import Behaviour
from chaos.inprocess.scheduler import BEGINNING
from chaos.inprocess.streams import listen, wrong_in_streams
from chaos.inprocess.world import World
from chaos.report import EVENTS, Figures, Seen, judge
from switchboard.aws.codec import dump
from switchboard.aws.streams_table import StreamsTable
from switchboard.aws.subscriptions_table import SubscriptionsTable
from switchboard.bootstrap.spill import door_queue
from switchboard.kernel.call import CallEvent, Direction, Kind, Number
from switchboard.subscriptions.model import AuthType, ReceiverLimits, Subscription

KINDS = (Kind.CALL_STARTED, Kind.LEG_STARTED, Kind.CALL_ANSWERED, Kind.CALL_ENDED)
DAYS = 86_400.0
USUAL = Odds()
FINAL = {400, 401, 403, 404, 405, 413, 415, 422}


@dataclass(frozen=True, slots=True)
class Account:
    """An account and the receivers of its events: one receiver for all events, or two receivers that each get some."""

    name: str
    receivers: tuple[str, ...]

    def receiver_of(self, place: int) -> str:
        return self.receivers[place % len(self.receivers)]


def run(
    seed: int,
    calls: int = 8,
    odds: Odds = USUAL,
    outages: Sequence[Outage] = (),
) -> Figures:
    """Return the figures of a seed: the same seed gives the same figures. With outages all receivers are healthy."""
    chance = Random(seed)
    accounts = _accounts(chance)
    if outages:
        accounts = [(account, receivers.healthy) for account, _ in accounts]
    world = World(seed, {receiver: behaviour for _, behaviour in accounts for receiver in _.receivers}, odds, outages)
    with world.open():
        table = SubscriptionsTable(world.tables, world.table("SubscriptionsTable"))
        for account, _ in accounts:
            for subscription in _subscriptions(account):
                table.add(subscription)
        streams = StreamsTable(world.tables, world.table("StreamsTable"))
        names = [account.name for account, _ in accounts]
        listen(streams, names)
        limits = Limited(table, chance)
        for account, _ in accounts:
            for receiver in account.receivers:
                limits.change(account, receiver)
        tell = _tell_at_the_door if outages else _tell
        if outages:
            mail.order(world, names[0])
        tell(world, chance, [account for account, _ in accounts], calls, limits)
        last = max([world.scheduler.now, *(outage.end for outage in outages)])
        world.work(world.settled, last + 5 * DAYS)
        figures = _figures(world, [account for account, _ in accounts], calls)
        figures.complaints += [*limits.exceeded(world.receivers.most), *wrong_in_streams(streams, names, calls)]
        if outages:
            figures.complaints += mail.wrong_in_mail(world)
        figures.drained_after = max(0.0, world.scheduler.now - last)
    return figures


def _accounts(chance: Random) -> list[tuple[Account, Behaviour]]:
    behaviours: list[Behaviour] = [
        receivers.healthy,
        receivers.slow,
        receivers.flapping,
        receivers.down_until(chance.uniform(60, 4000)),
        receivers.hanging_until(chance.uniform(60, 2000)),
        receivers.throttling_until(chance.uniform(60, 2000)),
        receivers.poisoned(chance.uniform(60, 4000)),
        receivers.forgetful,
        receivers.refusing,
    ]
    chosen = chance.sample(behaviours, 3)
    return [
        (Account(f"a{number}", tuple(f"r{number}{letter}" for letter in "xy"[: chance.choice((1, 1, 2))])), behaviour)
        for number, behaviour in enumerate(chosen)
    ]


def _subscriptions(account: Account) -> Iterator[Subscription]:
    for place, name in enumerate(EVENTS):
        url = f"https://{account.receiver_of(place)}/calls"
        yield Subscription(
            account.name, place + 1, "vpbx", name, url, BEGINNING, auth_type=AuthType.BEARER, auth_string=sealed("t")
        )


@dataclass(frozen=True, slots=True)
class Limited:
    """The limits of receivers, as their operator changes them. `most` are the highest there were: calls keep theirs."""

    table: SubscriptionsTable
    chance: Random
    most: Counter[str] = field(default_factory=Counter)

    def change(self, account: Account, receiver: str) -> None:
        """To any number of requests at once."""
        limits = ReceiverLimits(self.chance.choice((1, 1, 2, 3, 10)))
        self.table.limit(account.name, f"https://{receiver}", limits)
        self.most[receiver] = max(self.most[receiver], limits.max_in_flight)

    def exceeded(self, had: Counter[str]) -> list[str]:
        """Receivers that had more requests at once than they take."""
        return [
            f"{receiver} had {most} requests at once, and takes {self.most[receiver]}"
            for receiver, most in had.items()
            if most > self.most[receiver]
        ]


def _tell(world: World, chance: Random, accounts: list[Account], calls: int, limits: Limited) -> None:
    """Have calls happen side by side, each event a while after the one before."""
    plan: list[tuple[float, Account, int, int]] = []
    for account in accounts:
        for call in range(calls):
            at = chance.uniform(0, 60)
            for place in range(len(EVENTS)):
                plan.append((at, account, call, place))
                at += chance.choice((0.0, 0.0, chance.uniform(0, 3), chance.uniform(0, 300)))
    for at, account, call, place in sorted(plan, key=lambda one: (one[0], one[3])):
        world.pass_time(at)
        if chance.random() < world.odds.limit:
            limits.change(account, account.receiver_of(place))
        event = _event(account.name, call, place, at)
        world.queues["EventsQueue"].send(dump(event), f"{event.account}:{event.lane}", event.id)


def _tell_at_the_door(world: World, chance: Random, accounts: list[Account], calls: int, limits: Limited) -> None:
    """Have PBXes post the events of calls to a webhook: the next event of a call after the answer to the one before."""
    del limits
    for account in accounts:
        for call in range(calls):
            waits = [chance.choice((0.0, 0.0, chance.uniform(0, 3), chance.uniform(0, 300))) for _ in EVENTS]
            world.post("webhooks/vpbx", partial(_post, world, account, call, [chance.uniform(0, 60), *waits]))
    world.pass_time(60)


def _post(world: World, account: Account, call: int, waits: list[float], _process: object) -> None:
    for place in range(len(EVENTS)):
        world.scheduler.sleep(waits[place])
        mail.sign(world)
        door_queue().send(_event(account.name, call, place, world.scheduler.now))


def _event(account: str, call: int, place: int, at: float) -> CallEvent:
    call_id = f"{account}-call-{call + 1}"
    when = BEGINNING + timedelta(seconds=at)
    raw: dict[str, Any] = {"type": "call_event", "event_name": EVENTS[place], "params": {"call_id": call_id}}
    return CallEvent(
        id=f"{call_id}-{place}",
        account=account,
        source="s-office",
        dialect="vpbx",
        kind=KINDS[place],
        name=EVENTS[place],
        call_id=call_id,
        external_id=call_id,
        at=when,
        received_at=when,
        direction=Direction.INCOMING,
        caller=Number("79161234567", "+79161234567"),
        callee=Number("73433000100", "+73433000100"),
        raw=raw,
    )


def _figures(world: World, accounts: list[Account], calls: int) -> Figures:
    wanted = {
        (receiver, f"{account.name}-call-{call + 1}"): [
            name for place, name in enumerate(EVENTS) if account.receiver_of(place) == receiver
        ]
        for account in accounts
        for receiver in account.receivers
        for call in range(calls)
    }
    seen = [
        Seen(
            one.receiver,
            one.call,
            one.event,
            one.webhook_id,
            accepted=one.accepted,
            excused=bool(one.sender.dead) or one.sender.disturbed,
            final=one.said.status in FINAL,
        )
        for one in world.receivers.arrivals
    ]
    figures = judge(Figures(kills=world.kills, complaints=world.complaints), wanted, seen)
    figures.executions = len(world.machines.executions)
    figures.endpoints_failing = sum(one["event"] == "endpoint.failing" for one in world.topic.told)
    figures.complaints += [*_left_over(world), *_loops(world)]
    return figures


def _loops(world: World) -> list[str]:
    """Chains of invocations that Lambda would have cut, and those that the hub stopped itself."""
    refused = [f"{function} was refused {count} times" for function, count in world.loops.refused.items()]
    stopped = [f"{one['circle']} was stopped" for one in world.topic.told if one["event"] == "loop.stopped"]
    return refused + stopped


def _left_over(world: World) -> list[str]:
    """What should be gone when all is quiet."""
    left = [f"a lane is left: {row['sk']['S']}" for row in world.rows("EndpointsTable", "phase")]
    left += [f"a place is left: {row['sk']['S']}" for row in world.rows("EndpointsTable", "id")]
    counted = [row for row in world.rows("EndpointsTable", "lanes") if row["lanes"]["N"] != "0"]
    left += [f"{row['receiver']['S']} counts {row['lanes']['N']} lanes" for row in counted]
    open_ones = [row for row in world.rows("DeliveriesTable", "state") if row["state"]["S"] in ("pending", "parked")]
    left += [f"{name} gave up a message" for name, queue in world.queues.items() if queue.dead]
    return left + [f"{row['id']['S']} is {row['state']['S']} still" for row in open_ones]
