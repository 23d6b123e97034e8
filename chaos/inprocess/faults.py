"""The injector: kills what runs, has requests fail at random, and follows a plan of outages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from chaos.inprocess.outages import Outage, service_of
from chaos.inprocess.scheduler import Killed, Scheduler

READS = {"get_item", "query", "batch_get_item", "scan", "head_object", "get_object", "list_objects_v2", "decrypt"}
READS |= {"get_secret_value"}


@dataclass(frozen=True, slots=True)
class Odds:
    """How likely a fault is: a kill or a failed request at each point, an execution that ends at each turn."""

    kill: float = 0.004
    fail: float = 0.002
    abort: float = 0.01
    double: float = 0.01  # a retry's message that comes twice
    limit: float = 0.0  # an operator who changes a receiver's limit, at each event


@dataclass(slots=True)
class Injector:
    """Every request to AWS passes here. `peaceful` switches kills and random failures off, not the outages."""

    scheduler: Scheduler
    chance: Random
    odds: Odds
    outages: Sequence[Outage] = ()
    kills: Counter[str] = field(default_factory=Counter)
    peaceful: bool = False

    def point(self, name: str) -> None:
        """Let others go first at this place. The process may be killed here."""
        process = self.scheduler.process
        if process is None:
            return
        self.scheduler.give_way()
        if not self.peaceful and self.chance.random() < self.odds.kill:
            self.kills[f"{process.name} {name}"] += 1
            process.end(name)
            raise Killed(name)

    def effect(self, name: str, act: Callable[[], Any]) -> Any:
        """Run an effect with a point before and, if the effect writes, a point after."""
        self.point(f"before {name}")
        self._suffer(name, act)
        if self._fails():
            raise ClientError({"Error": {"Code": "InternalServerError", "Message": "injected"}}, name)
        result = act()
        if name not in READS:
            self.point(f"after {name}")
            if self._fails():
                raise ReadTimeoutError(endpoint_url=name)
        return result

    def is_out(self, service: str) -> bool:
        """Whether a service refuses requests at the present time."""
        return any(one.stops and one.service == service and one.holds(self.scheduler.now) for one in self.outages)

    def _suffer(self, name: str, act: Callable[[], Any]) -> None:
        """Wait or fail as the outage of the effect's service demands. Half of the lost answers hide a done effect."""
        process, service = self.scheduler.process, service_of(name)
        for outage in self.outages:
            if process is None or outage.service != service or not outage.holds(self.scheduler.now):
                continue
            process.disturbed = True
            self.scheduler.sleep(outage.delay)
            if outage.loses_answers and self.chance.random() < 0.5:  # noqa: PLR2004 - half
                act()
            if outage.stops:
                raise outage.error(name)

    def _fails(self) -> bool:
        process = self.scheduler.process
        if process is None or self.peaceful or self.chance.random() >= self.odds.fail:
            return False
        process.disturbed = True
        return True
