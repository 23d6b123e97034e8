"""A campaign from its audio to its report, with its workers killed meanwhile."""

from __future__ import annotations

import json
import math
import secrets
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from chaos.campaign import judge
from chaos.campaign.people import Attempt, Person, everybody
from chaos.deployed.injector import Injector
from chaos.deployed.stack import Deployed, returning
from local.cato import Cato, equip
from local.operator import Operator
from local.sounds import signal

KILLED = (
    "WorkersConductDiallingFunction",
    "WorkersAdvanceSimulatedCallFunction",
    "WorkersWakeDiallingFunction",
    "WorkflowsRunCampaignFunction",
)
QUEUES = ("DiallingQueue", "AdvancesQueue", "WakesQueue")
WAVES = 2
# A call takes up to three seconds: a message of eight, after four of ringing, at four times the speed of the clock.
SPEED, RING, MESSAGE, PATIENCE_OF_RINGING = 4, 4, 8.0, 12
PROFILE = {
    "name": "chaos",
    "attemptCount": WAVES,
    "attemptDelayS": 1,
    "successCondition": "PICKUP_AND_LISTEN_SOME",
    "successPlaybackDurationS": 5,
    "maxCallDurationS": 120,  # nothing is given up for lost because a killed worker's message is late
    "maxAnswerDelayS": PATIENCE_OF_RINGING,
}
LOOK_EVERY = 0.3


@dataclass(frozen=True, slots=True)
class Load:
    """How many people, by how many channels; how many workers are killed, and how often (seconds between)."""

    people: int
    channels: int
    cps: int
    kills: int
    shortest: float
    longest: float
    patience: float


SHORT = Load(people=150, channels=12, cps=20, kills=5, shortest=2.0, longest=5.0, patience=300.0)
LONG = Load(people=500, channels=20, cps=20, kills=20, shortest=2.0, longest=6.0, patience=1200.0)


@dataclass(slots=True)
class Figures:
    """What came of a run."""

    load: Load
    looks: int = 0
    calls: int = 0
    notified: int = 0
    at_once: int = 0
    used: int = 0
    in_a_second: int = 0
    seconds: float = 0.0
    kills: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing went wrong."""
        return not self.wrong

    def lines(self) -> list[str]:
        """As they are printed."""
        return [
            f"people            {self.load.people}, {self.notified} notified",
            f"calls             {self.calls}, {self.calls / max(self.seconds, 1):.1f} a second",
            f"at once           {self.at_once} by their times, {self.used} when looked at, of {self.load.channels}",
            f"within a second   {self.in_a_second} of {self.load.cps}",
            f"kills             {sum(self.kills.values())}: {dict(self.kills)}",
            f"reports read      {self.looks} while it ran",
            f"took              {self.seconds:.0f} s",
            f"wrong             {len(self.wrong)}",
            *(f"                  {wrong}" for wrong in self.wrong[:20]),
        ]


@dataclass(frozen=True, slots=True)
class Running:
    """An execution of an account, its client, and the hub that it runs on."""

    hub: Deployed
    client: Cato
    account: str
    execution: str


def run(hub: Deployed, load: Load, seed: int) -> Figures:
    """The figures of a run on a hub that is up."""
    account, people, figures = f"campaign-{secrets.token_hex(4)}", everybody(load.people), Figures(load)
    with ExitStack() as stack:
        stack.enter_context(returning(hub, QUEUES))
        operator = stack.enter_context(Operator(hub.base_url, hub.operator_token))
        operator.add("/admin/accounts", {"id": account, "name": "Chaos"})
        # The simulator takes more than the account may use: what keeps to the limits is the campaign.
        telephony = {"ring": RING, "speed": SPEED, "channels": load.channels * 3, "cps": 100}
        token = equip(operator, account, telephony, {"channels": load.channels, "cps": load.cps})
        client = stack.enter_context(Cato(hub.base_url, token["token"]))
        running = Running(hub, client, account, client.start(_task(client, people)))
        _follow(running, figures, Random(seed))
        _compare(running, people, figures)
    return figures


def _task(client: Cato, people: list[Person]) -> str:
    audio = client.add_audio("signal", signal(MESSAGE))
    group = client.add_group("everybody", [person.row() for person in people])
    settings = client.add("notification-settings", PROFILE)
    return client.add("tasks", {"name": "chaos", "settings": settings, "files": [audio], "groups": [group]})


def _follow(running: Running, figures: Figures, chance: Random) -> None:
    """Look on until it is over, and kill meanwhile."""
    load, began = figures.load, time.monotonic()
    used = _channels_in_use(running)
    with ExitStack() as killing:
        injector = killing.enter_context(Injector(running.hub.home, chance, load.shortest, load.longest, KILLED))
        while time.monotonic() - began < load.patience:
            told = running.client.progress(running.execution)
            figures.looks += 1
            figures.wrong += judge.wrong_at_a_moment(told, load.channels)
            figures.used = max(figures.used, used())
            if not told["activePhase"]:
                break
            if len(injector.kills) >= load.kills:
                killing.close()
            time.sleep(LOOK_EVERY)
    figures.seconds = time.monotonic() - began
    figures.kills.update(function for _, function in injector.kills)


def _channels_in_use(running: Running) -> Callable[[], int]:
    """By the simulator's own count, which it keeps with every call that begins or ends."""
    table, rows = running.hub.resource("TelephonyTable"), running.hub.aws("dynamodb")
    line = {"pk": {"S": f"{running.account}#simulator"}, "sk": {"S": "LINE"}}

    def used() -> int:
        found = rows.get_item(TableName=table, Key=line, ConsistentRead=True).get("Item", {})
        return int(found.get("used", {"N": "0"})["N"])

    return used


def _compare(running: Running, people: list[Person], figures: Figures) -> None:
    client, execution, load = running.client, running.execution, figures.load
    final, subscribers = client.progress(execution), list(client.subscribers(execution))
    rung = simulated(running)
    figures.calls, figures.notified = len(rung), final["subscriberNotified"]
    figures.at_once, figures.in_a_second = judge.most_at_once(rung), judge.most_in_a_second(rung)
    figures.wrong += judge.wrong_in_the_end(final, people, WAVES)
    figures.wrong += judge.wrong_calls(judge.reported(subscribers), rung)
    figures.wrong += judge.wrong_outcomes(subscribers, rung, people, WAVES)
    if max(figures.at_once, figures.used) > load.channels:
        figures.wrong.append(f"{figures.at_once} calls by their times, {figures.used} by the simulator's count at once")
    if figures.in_a_second > load.cps:
        figures.wrong.append(f"{figures.in_a_second} calls began within a second")


def simulated(running: Running) -> list[judge.Rung]:
    """All calls of an execution as the simulator kept them."""
    hub, own = running.hub, f"{running.account}#simulated:"
    pages = hub.aws("dynamodb").get_paginator("scan").paginate(TableName=hub.resource("TelephonyTable"))
    rows = [item for page in pages for item in page["Items"] if item["pk"]["S"].startswith(own)]
    calls = [json.loads(row["data"]["S"]) for row in rows]
    return [_rung(call) for call in calls if call["command"].startswith(f"{running.execution}.")]


def _rung(call: dict[str, Any]) -> judge.Rung:
    # A command of a campaign is named by execution, subscriber, wave and the number's place.
    subscriber, wave = (int(part) for part in call["command"].split(".")[-3:-1])
    began, end = datetime.fromisoformat(call["began_at"]), call["steps"][-1]
    lasted = end["at"] / call["speed"]
    return judge.Rung(
        subscriber,
        Attempt(wave, call["number"], end["disposition"]),
        _milliseconds(began),
        _milliseconds(began + timedelta(seconds=lasted)),
        _milliseconds(began + timedelta(seconds=math.floor(lasted))),
    )


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
