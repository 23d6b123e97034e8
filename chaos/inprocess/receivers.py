"""Receivers that misbehave, in virtual time, and the book of all that they were sent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from urllib.parse import urlsplit

from chaos.inprocess.scheduler import Process, Scheduler
from switchboard.deliveries.model import Attempt, PreparedRequest

CONNECT = 3.0


@dataclass(frozen=True, slots=True)
class Said:
    """What a receiver does: its answer, or the error that the sender sees, after so many seconds."""

    status: int | None = 200
    after: float = 0.02
    error: str | None = None
    retry_after: str | None = None


@dataclass(slots=True, eq=False)
class Arrival:
    """One request at a receiver. `sender` is the process that sent it, `known` whether it got the answer."""

    receiver: str
    call: str
    event: str
    webhook_id: str
    at: float
    sender: Process
    said: Said
    known: bool = False

    @property
    def accepted(self) -> bool:
        return self.said.status is not None and self.said.status // 100 == 2  # noqa: PLR2004 - any 2xx


Behaviour = Callable[[float, str, str, Random], Said]
"""What a receiver does at a time with an event of a call."""


def healthy(_at: float, _call: str, _event: str, chance: Random) -> Said:
    return Said(after=chance.uniform(0.005, 0.1))


def slow(_at: float, _call: str, _event: str, chance: Random) -> Said:
    return Said(after=chance.uniform(0.5, 6.0))


def flapping(at: float, _call: str, _event: str, chance: Random) -> Said:
    return Said(500) if int(at) % 2 else healthy(at, _call, _event, chance)


def down_until(end: float) -> Behaviour:
    def behave(at: float, call: str, event: str, chance: Random) -> Said:
        return Said(500) if at < end else healthy(at, call, event, chance)

    return behave


def hanging_until(end: float) -> Behaviour:
    def behave(at: float, call: str, event: str, chance: Random) -> Said:
        return Said(None, 10.0, "timeout") if at < end else healthy(at, call, event, chance)

    return behave


def throttling_until(end: float) -> Behaviour:
    def behave(at: float, call: str, event: str, chance: Random) -> Said:
        if at < end and chance.random() < 0.6:  # noqa: PLR2004
            return Said(429, retry_after=str(chance.randint(1, 90)))
        return healthy(at, call, event, chance)

    return behave


def poisoned(end: float) -> Behaviour:
    """Every seventh call is poison to it, until the end."""

    def behave(at: float, call: str, event: str, chance: Random) -> Said:
        poison = int(call.rpartition("-")[2]) % 7 == 0
        return Said(500) if poison and at < end else healthy(at, call, event, chance)

    return behave


def forgetful(at: float, call: str, event: str, chance: Random) -> Said:
    """Takes what it is sent, and one time in five cuts the connection before it says so."""
    return Said(None, 0.05, "reset") if chance.random() < 0.2 else healthy(at, call, event, chance)  # noqa: PLR2004


def refusing(at: float, call: str, event: str, chance: Random) -> Said:
    """Refuses one kind of event for good, in every third call."""
    unwanted = event == "start.talk" and int(call.rpartition("-")[2]) % 3 == 0
    return Said(422) if unwanted else healthy(at, call, event, chance)


@dataclass(slots=True)
class Receivers:
    """Port Sender: nothing goes over a wire. `point` is passed before a request and after it.

    `most` is how many requests a receiver has had at once.
    """

    scheduler: Scheduler
    behaviours: dict[str, Behaviour]
    point: Callable[[str], None]
    arrivals: list[Arrival] = field(default_factory=list)
    most: Counter[str] = field(default_factory=Counter)
    _now: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def _under_way(self, receiver: str) -> Iterator[None]:
        self._now[receiver] += 1
        self.most[receiver] = max(self.most[receiver], self._now[receiver])
        try:
            yield
        finally:
            self._now[receiver] -= 1

    def send(self, request: PreparedRequest, at: datetime) -> Attempt:
        """One request, with virtual time passing until its answer."""
        self.point("before the POST")
        scheduler, sender = self.scheduler, self.scheduler.process
        assert sender is not None  # noqa: S101 - only functions send
        body = json.loads(request.body)
        receiver, call, event = urlsplit(request.url).netloc, body["params"]["call_id"], body["event_name"]
        said = self.behaviours[receiver](scheduler.now, call, event, scheduler.chance)
        arrival = Arrival(receiver, call, event, request.headers["webhook-id"], scheduler.now, sender, said)
        self.arrivals.append(arrival)
        began = scheduler.now
        with self._under_way(receiver):
            scheduler.sleep(min(said.after, request.timeout))
            self.point("after the POST")
        arrival.known = True
        taken = round((scheduler.now - began) * 1000)
        return Attempt(at, taken, said.status, said.error, "", "192.0.2.1", said.retry_after)
