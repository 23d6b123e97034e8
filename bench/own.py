"""`python -m bench own`: processor time of the functions on an event's way: the webhook, the apply worker, delivery.

The handlers run on AWS as simulated in this process. The simulation's time is measured and taken out, so the figures
hold a function's own work with boto3's building, signing and parsing of requests. Beside each figure stands the ratio
to its floor: the same requests made again by bare boto3. Nobody who makes these requests can be faster.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import RLock
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from bench.environment import CREDENTIALS, a_stack
from bench.figures import note
from bench.receiver import receiving
from tests.support.gateway import proxy_event
from tests.support.hub import Context, Hub, asked, module
from tests.support.unmade import UNMADE

ROUNDS, CALLS = 5, 10
EVENTS = ("start.call", "local.in.call", "start.talk", "end.call")
WEBHOOK, APPLY, DELIVER = "webhooks/vpbx", "workers/apply_call_event", "workers/deliver"
_calls = count(1)


@dataclass
class Simulated:
    """Processor seconds in the simulation of AWS, and how often each operation was asked."""

    seconds: float = 0.0
    asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Measure each request that reaches the simulation."""
        lock, process = RLock(), BotocoreStubber.process_request

        def measured(stubber: BotocoreStubber, request: Any) -> Any:
            with lock:
                began = time.thread_time()
                try:
                    UNMADE.make_named_in(request)
                    return process(stubber, request)
                finally:
                    self.seconds += time.thread_time() - began
                    self.count(request)

        patch.setattr(BotocoreStubber, "process_request", measured)

    def count(self, request: Any) -> None:
        """Count a request by its operation."""
        target = request.headers.get("X-Amz-Target", b"")
        name = target.decode() if isinstance(target, bytes) else target
        self.asked[name.rpartition(".")[2] or request.method] += 1


@dataclass
class Own:
    """Own milliseconds an event, round by round, of each function."""

    simulated: Simulated
    requests: list[tuple[Any, str, dict[str, Any]]]
    rounds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    floors: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    asked: dict[str, dict[str, float]] = field(default_factory=dict)

    def time(self, folder: str, events: int, work: Callable[[], object]) -> None:
        """Run the work of so many events once, and then its requests to AWS alone."""
        self.simulated.asked.clear()
        self.requests.clear()
        self.rounds[folder].append(1000 * self._spent(work) / events)
        self.asked[folder] = {name: times / events for name, times in self.simulated.asked.items()}
        requests = list(self.requests)
        self.floors[folder].append(1000 * self._spent(lambda: _ask(requests)) / events)

    def _spent(self, work: Callable[[], object]) -> float:
        simulated, began = self.simulated.seconds, time.process_time()
        work()
        return time.process_time() - began - (self.simulated.seconds - simulated)


def _ask(requests: Sequence[tuple[Any, str, dict[str, Any]]]) -> None:
    """Make requests again. A row may exist or be gone by now: a refusal takes as long."""
    for client, operation, params in requests:
        with suppress(ClientError):
            client._make_api_call(operation, params)  # noqa: SLF001 - any operation by its name


def _recorded() -> list[tuple[Any, str, dict[str, Any]]]:
    """Return the list to which every request of the functions' clients is added."""
    requests: list[tuple[Any, str, dict[str, Any]]] = []
    for client in asked():
        client.meta.events.register(
            "provide-client-params.*.*",
            lambda params, model, client=client, **_: requests.append((client, model.name, dict(params))),
        )
    return requests


def measure() -> int:
    """Run and print."""
    with pytest.MonkeyPatch.context() as patch, mock_aws(), receiving() as url:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        simulated = Simulated()
        simulated.install(patch)
        own = Own(simulated, _recorded())
        hub = _hub(patch, url)
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            for _ in range(ROUNDS + 1):
                _round(hub, own)
    _report(own)
    return 0


def _hub(patch: pytest.MonkeyPatch, url: str) -> Hub:
    hub = Hub(a_stack(), patch)
    hub.account()
    hub.source()
    for name in EVENTS:
        hub.subscribe(name, url=url, secret="whsec_" + "c2VjcmV0" * 6)
    return hub


def _round(hub: Hub, own: Own) -> None:
    posts = [_post(call, name) for call in _some_calls() for name in EVENTS]
    own.time(WEBHOOK, len(posts), lambda: _run(hub, WEBHOOK, posts))
    _worked(hub, own, "EventsQueue", APPLY)
    _worked(hub, own, "DeliveriesQueue", DELIVER)


def _some_calls() -> list[str]:
    return [f"{next(_calls):032x}" for _ in range(CALLS)]


def _worked(hub: Hub, own: Own, queue: str, folder: str) -> None:
    batches = []
    while records := hub.stack.messages(queue):
        batches.append({"Records": records})
        hub.stack.delete(queue, records)
    events = sum(len(batch["Records"]) for batch in batches)
    own.time(folder, events, lambda: _run(hub, folder, batches))


def _run(hub: Hub, folder: str, events: Sequence[dict[str, Any]]) -> None:
    with hub.running(folder, ALLOW_PRIVATE_TARGETS="true"):
        for event in events:
            answer = module(folder).handler(event, Context(folder, 60.0))
            if answer.get("batchItemFailures") or answer.get("statusCode", 200) != 200:  # noqa: PLR2004 - OK
                raise RuntimeError(f"{folder}: {answer}")


def _post(call: str, name: str) -> dict[str, Any]:
    params: dict[str, Any] = {"call_id": call, "event_date": "2026-03-14 17:00:00", "src_phone": "79160000002",
                              "dst_phone": "78430000100", "direction": 1, "real_local_number": "101",
                              "disposition": "ANSWER", "duration": 9, "billsec": 5, "wait_time": 4}  # fmt: skip
    body = {"type": "call_event", "event_name": name, "params": params}
    return proxy_event("POST", "/webhooks/vpbx/s-office", json.dumps(body), {"Content-Type": "application/json"})


def _report(own: Own) -> None:
    print(f"machine   {platform.machine()}, Python {platform.python_version()}; {ROUNDS} rounds of {CALLS} calls")
    for folder, rounds in own.rounds.items():
        told = ", ".join(f"{name} {times:.2f}" for name, times in sorted(own.asked[folder].items()))
        spent, floor = statistics.median(rounds[1:]), statistics.median(own.floors[folder][1:])
        print(f"{folder:26} {spent:.2f} ms an event, {spent / floor:.2f} of its requests alone; asks {told}")
        note(f"{folder}, own time of an event", spent, floor)


if __name__ == "__main__":
    sys.exit(measure())
