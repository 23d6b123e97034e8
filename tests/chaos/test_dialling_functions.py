"""Dialling's own functions, ended before or after any of their requests to AWS, and handed their messages again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.functions.conftest import hub as _hub
from tests.support.calling import QUEUE, WORKER
from tests.support.campaigning import EXECUTIONS
from tests.support.cato import cato_account
from tests.support.dialled_hub import CONDUCT, RUN, started
from tests.support.hub import Hub, asked
from tests.support.trunk import Killed

hub = _hub
LISTENS, BUSY, INVALID = 0, 65, 75
PEOPLE = [LISTENS, (BUSY, LISTENS), (INVALID, BUSY), LISTENS, BUSY, (BUSY, BUSY)]
MINE = {CONDUCT, RUN}


class Killer:
    """Ends those functions by chance, around their requests."""

    def __init__(self, hub: Hub, seed: int, probability: float) -> None:
        self.hub, self.probability = hub, probability
        self.chance = Random(seed)  # noqa: S311 - chance, not secrecy
        self.killed = 0

    def __call__(self, **_: Any) -> None:
        if self.hub._folder in MINE and self.chance.random() < self.probability:
            self.killed += 1
            raise Killed

    def work(self, queue: str, folder: str) -> bool:
        """Hand a batch to a function; whoever is killed does not delete it."""
        records = self.hub.stack.messages(queue)
        if not records:
            return False
        try:
            answer = self.hub.invoke(folder, {"Records": records})
        except Killed:
            self.hub.restart()
            self.hub.stack.show_again(queue, records)
            return True
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        self.hub.stack.delete(queue, [record for record in records if record["messageId"] not in failed])
        return True

    def turn(self, state: dict[str, Any]) -> dict[str, Any]:
        """A turn of the workflow, which tries again."""
        while True:
            try:
                return self.hub.invoke(RUN, state)
            except Killed:
                self.hub.restart()


@pytest.fixture
def killers(hub: Hub) -> Iterator[list[Killer]]:
    """Killers that are at work from when they are appended to the list."""
    found: list[Killer] = []

    def kill(**event: Any) -> None:
        for one in found:
            one(**event)

    for client in asked():
        for name in ("before-call", "after-call"):
            client.meta.events.register(f"{name}.*.*", kill)
    yield found
    for client in asked():
        for name in ("before-call", "after-call"):
            client.meta.events.unregister(f"{name}.*.*", kill)


@pytest.mark.parametrize("seed", range(4))
def test_a_campaign_survives_its_functions(hub: Hub, killers: list[Killer], seed: int) -> None:
    """Everybody is called as often as without a mishap, and the simulator knows of no call that the report does not."""
    auth = cato_account(hub)
    execution = started(hub, auth, PEOPLE, attemptDelayS=0)
    killer = Killer(hub, seed, 0.06)
    killers.append(killer)
    state: dict[str, Any] = {"account": "acme", "execution": execution, "part": 0, "turn": 0, "wait": 0}
    while not state.get("done"):
        while killer.work("DiallingQueue", CONDUCT) or killer.work(QUEUE, WORKER):
            pass
        state = killer.turn(state)
    killers.clear()
    found = hub.request("GET", f"{EXECUTIONS}/{execution}", headers=auth).json
    told = found["report"]
    assert (told["subscriberNotified"], told["subscriberFailed"], told["callsTotal"]) == (3, 3, 13)
    called = [one["number"] for person in found["subscribers"] for one in person["phones"] for _ in one["calls"]]
    rows = [json.loads(row["data"]["S"]) for row in hub.stack.items("TelephonyTable") if row["sk"]["S"] == "CALL"]
    assert Counter(called) == Counter(row["number"] for row in rows)
    assert killer.killed > 0
