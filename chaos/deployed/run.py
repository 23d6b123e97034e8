"""Calls are told to accounts with receivers of all sorts, workers are killed meanwhile, and the books are compared."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from chaos.deployed.injector import Injector
from chaos.deployed.stack import Deployed, hurried
from chaos.report import EVENTS, Figures, Seen, judge
from local.receiver import Answer, Received, Receiver, Respond

CLIENTS = 8
PATIENCE = 300.0
UNACKNOWLEDGED = 10.0  # seconds within which a worker has written down what it sent, if it lives


@dataclass(frozen=True, slots=True)
class Load:
    """How many calls; for how many seconds a receiver is down; how often a worker is killed (seconds between).

    Killing goes on for `killing_after` seconds when all events are in.
    """

    calls: int
    down_for: float
    shortest: float
    longest: float
    killing_after: float


LONG = Load(calls=500, down_for=60.0, shortest=0.3, longest=3.0, killing_after=45.0)
SHORT = Load(calls=52, down_for=6.0, shortest=0.4, longest=1.5, killing_after=4.0)


@dataclass(slots=True)
class Book:
    """What a receiver was sent and answered."""

    respond: Respond
    entries: list[tuple[Received, Answer]] = field(default_factory=list)

    def __call__(self, received: Received) -> Answer:
        answer = self.respond(received)
        self.entries.append((received, answer))
        return answer


@dataclass(slots=True, eq=False)
class Account:
    """An account with one receiver, and the address that its events are posted to."""

    name: str
    webhook: str
    book: Book


def run(hub: Deployed, load: Load, seed: int) -> Figures:
    """The figures of a run on a hub that is up."""
    chance = Random(seed)
    with ExitStack() as stack:
        stack.enter_context(hurried(hub))
        http = stack.enter_context(httpx.Client(base_url=hub.base_url, timeout=60, trust_env=False))
        accounts = []
        for name, respond in _behaviours(load.down_for).items():
            book = Book(respond)
            accounts.append(_account(hub, http, name, book, stack.enter_context(Receiver(book)).url))
        calls = [(accounts[number % len(accounts)], f"call-{number}") for number in range(load.calls)]
        with Injector(hub.home, chance, load.shortest, load.longest) as injector:
            _post(http, calls, chance)
            last = time.time()
            _wait(lambda: _all_there(calls), last + load.killing_after)
        _wait(lambda: _all_there(calls) and _quiet(hub, http, accounts), last + PATIENCE)
        return _figures(hub, accounts, calls, injector, last)


def _behaviours(down_for: float) -> dict[str, Respond]:
    end = time.time() + down_for
    return {
        "healthy": lambda _: Answer(),
        "flapping": lambda received: Answer(200 if int(received.at) % 2 else 503),
        "slow": lambda _: Answer(after=0.3),
        "down": lambda received: Answer(200 if received.at > end else 500),
    }


def _account(hub: Deployed, http: httpx.Client, name: str, book: Book, url: str) -> Account:
    account = f"{name}-{secrets.token_hex(4)}"
    operator = {"Authorization": f"Bearer {hub.operator_token}"}

    def ask(path: str, body: dict[str, Any], headers: dict[str, str] = operator) -> dict[str, Any]:
        answer = http.post(path, json=body, headers=headers).raise_for_status()
        return dict(answer.json()) if answer.content else {}

    ask("/admin/accounts", {"id": account, "name": name})
    token = ask("/admin/tokens", {"account": account, "kind": "vpbx"})["token"]
    for event in EVENTS:
        wish = {"event_name": event, "webhook_url": url, "auth_type": "None"}
        ask("/api/v1/events/subscribe", wish, {"Authorization": f"Bearer {token}"})
    source = ask("/admin/sources", {"account": account, "dialect": "vpbx", "history_days": 3650})
    return Account(account, source["webhook_url"], book)


def _post(http: httpx.Client, calls: Sequence[tuple[Account, str]], chance: Random) -> None:
    """Post every call's events in order, some calls at once."""
    shuffled = chance.sample(calls, len(calls))

    def play(one: tuple[Account, str]) -> None:
        account, call = one
        for event in EVENTS:
            params = {"call_id": call, "event_date": "2026-11-20 12:00:00", "src_phone": "79160000002", "direction": 1}
            body = {"type": "call_event", "event_name": event, "params": {**params, "dst_phone": "74950000001"}}
            http.post(account.webhook, json=body).raise_for_status()

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(play, shuffled))


def _key(received: Received) -> tuple[str, str]:
    told = received.json()
    return told["params"]["call_id"], told["event_name"]


def _all_there(calls: Sequence[tuple[Account, str]]) -> bool:
    accepted = {
        (account.name, *_key(received))
        for account in {account for account, _ in calls}
        for received, answer in account.book.entries
        if answer.status == httpx.codes.OK
    }
    return len(accepted) == len(calls) * len(EVENTS)


def _quiet(hub: Deployed, http: httpx.Client, accounts: Sequence[Account]) -> bool:
    """Whether nothing waits any more, and nobody drives what does not wait."""
    operator = {"Authorization": f"Bearer {hub.operator_token}"}
    for account in accounts:
        query = {"account": account.name}
        found = http.get("/admin/endpoints", params=query, headers=operator).raise_for_status().json()["endpoints"]
        states = [
            http.get("/admin/deliveries", params={**query, "state": state}, headers=operator).json()["deliveries"]
            for state in ("pending", "parked")
        ]
        if any(states) or any(endpoint["state"] not in ("ok", "idle", "refusing") for endpoint in found):
            return False
    names = tuple(account.name for account in accounts)
    return all(one["status"] != "RUNNING" for one in hub.executions() if one["name"].startswith(names))


def _wait(condition: Callable[[], bool], until: float) -> None:
    while not condition() and time.time() < until:
        time.sleep(0.5)


def _figures(
    hub: Deployed, accounts: Sequence[Account], calls: Sequence[tuple[Account, str]], injector: Injector, last: float
) -> Figures:
    kills = [at for at, _ in injector.kills]
    arrived = sorted(
        ((received, answer, account) for account in accounts for received, answer in account.book.entries),
        key=lambda one: one[0].at,
    )
    seen = []
    for received, answer, account in arrived:
        call, event = _key(received)
        excused = any(received.at - 0.1 <= at <= received.at + UNACKNOWLEDGED for at in kills)
        accepted = answer.status == httpx.codes.OK
        seen.append(Seen(account.name, call, event, received.headers["webhook-id"], accepted, excused))
    figures = Figures(kills=Counter(function for _, function in injector.kills))
    judge(figures, {(account.name, call): EVENTS for account, call in calls}, seen)
    names = tuple(account.name for account in accounts)
    mine = [one["name"].removesuffix(f"-{one['name'].rpartition('-')[2]}") for one in hub.executions()]
    figures.executions = sum(name.startswith(names) for name in mine)
    figures.endpoints_failing = len({name for name in mine if name.startswith(names)})
    if arrived:
        figures.drained_after = arrived[-1][0].at - last
    return figures
