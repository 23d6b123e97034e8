"""200 calls of 4 events each, posted by 8 clients at once: what arrives, in which order, and when.

The floor is the same requests sent straight to the receiver by the same clients: what machine, client and
receiver take by themselves.
"""

import os
import platform
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests

from bench.hub import Hub, new_account
from bench.workers import FUNCTIONS, cpu_seconds, spent
from local.receiver import Received, Receiver

CALLS, CLIENTS = 200, 8
NAMES = ("start.call", "local.in.call", "start.talk", "end.call")
PATIENCE = 300
Key = tuple[str, str]
_session = threading.local()


@dataclass(frozen=True, slots=True)
class Run:
    """One run: when each event was posted, and what the receiver got from `start` on."""

    start: float
    posted: dict[Key, float]
    received: Sequence[Received]


def measure(hub: Hub) -> int:
    """Run, print, and return 0 if every event arrived once and in order."""
    account = new_account(hub)
    with Receiver() as receiver:
        for name in NAMES:
            account.subscribe(name, f"{receiver.url}/events")
        _run(account.webhook, "warm", CLIENTS * 2, receiver)
        before = cpu_seconds()
        run = _run(account.webhook, "call", CALLS, receiver)
        after = cpu_seconds()
        for name in NAMES:
            account.unsubscribe(name)
    with Receiver() as floor:
        bare = _run(f"{floor.url}/events", "call", CALLS, floor)
    good = _report(run, bare)
    _report_cpu(*spent(before, after))
    return 0 if good else 1


def _run(url: str, prefix: str, calls: int, receiver: Receiver) -> Run:
    seen = len(receiver.requests)
    posted: dict[Key, float] = {}
    start = time.time()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda number: play(url, f"{prefix}-{number}", posted), range(calls)))
    receiver.wait_for(lambda received: len(received) - seen >= calls * len(NAMES), PATIENCE)
    return Run(start, posted, receiver.requests[seen:])


def play(url: str, call_id: str, posted: dict[Key, float]) -> None:
    """Post the events of a call, and note when each was posted."""
    if not hasattr(_session, "http"):
        _session.http = requests.Session()
    for second, name in enumerate(NAMES):
        posted[call_id, name] = time.time()
        _session.http.post(url, json=_event(call_id, name, second), timeout=PATIENCE).raise_for_status()


def _event(call_id: str, name: str, second: int) -> dict[str, Any]:
    params: dict[str, Any] = {
        "call_id": call_id,
        "event_date": f"2026-01-01 12:00:{second:02d}",
        "src_phone": "79160000001",
        "dst_phone": "74950000002",
        "real_local_number": "101",
    }
    if name == "start.call":
        params |= {"direction": 1}
    if name == "end.call":
        params |= {"disposition": "ANSWER", "duration": 3, "billsec": 1, "wait_time": 2, "record": ""}
    return {"type": "call_event", "event_name": name, "params": params}


def _report(run: Run, bare: Run) -> bool:
    arrived: dict[str, list[str]] = defaultdict(list)
    waits = []
    for received in run.received:
        event = received.json()
        key = (event["params"]["call_id"], event["event_name"])
        arrived[key[0]].append(key[1])
        waits.append(received.at - run.posted[key])
    disordered = sum(tuple(names) != NAMES for names in arrived.values())
    sent = len(run.posted)
    ids = len({received.headers["webhook-id"] for received in run.received})
    print(f"machine   {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"load      {CALLS} calls of {len(NAMES)} events, {CLIENTS} clients at once")
    print(f"arrived   {len(run.received)} of {sent}, {ids} distinct, {disordered} calls out of order")
    if not waits:
        return False
    rate, floor = _rate(run), _rate(bare)
    print(f"rate      {rate:.0f} events/s through the hub, {floor:.0f}/s straight to the receiver: {rate / floor:.3f}")
    p50, p99 = (percentile(waits, part) for part in (50, 99))
    print(f"latency   POST to arrival: p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms")
    return len(run.received) == ids == sent and disordered == 0


def _rate(run: Run) -> float:
    return len(run.received) / (max(received.at for received in run.received) - run.start)


def percentile(values: Sequence[float], part: int) -> float:
    """Return a percentile of some values."""
    return statistics.quantiles(values, n=100, method="inclusive")[part - 1]


def _report_cpu(seconds: Mapping[str, float], started: Mapping[str, int]) -> None:
    events = CALLS * len(NAMES)
    for name in FUNCTIONS:
        note = f" ({started[name]} workers started meanwhile, their start included)" if started[name] else ""
        print(f"cpu       {name}: {seconds[name] / events * 1000:.1f} ms an event{note}")
