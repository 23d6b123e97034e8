"""`python -m bench own`: processor time of the functions on an event's way: the webhook, the apply worker, delivery.

The handlers run on AWS as simulated in this process. The simulation's time is measured and taken out, so the figures
hold a function's own work with boto3's building, signing and parsing of requests. The floor beside each figure is the
same requests to AWS made by bare boto3, without the hub: nobody who makes these requests can be faster.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import RLock
from typing import Any

import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from bench.receiver import receiving
from switchboard.aws import clients
from tests.support.gateway import proxy_event
from tests.support.hub import Context, Hub, module
from tests.support.stack import Clients, Stack
from tests.support.unmade import UNMADE

ROUNDS, CALLS = 5, 10
EVENTS = ("start.call", "local.in.call", "start.talk", "end.call")
WEBHOOK, APPLY, DELIVER = "webhooks/vpbx", "workers/apply_call_event", "workers/deliver"
VARIABLES = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "us-east-1",
             "AWS_REGION": "us-east-1", "POWERTOOLS_SERVICE_NAME": "switchboard"}  # fmt: skip
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
    rounds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    asked: dict[str, dict[str, float]] = field(default_factory=dict)

    def time(self, folder: str, events: int, work: Callable[[], object]) -> None:
        """Run the work of so many events once."""
        self.simulated.asked.clear()
        simulated, began = self.simulated.seconds, time.process_time()
        work()
        own = time.process_time() - began - (self.simulated.seconds - simulated)
        self.rounds[folder].append(1000 * own / events)
        self.asked[folder] = {name: times / events for name, times in self.simulated.asked.items()}


def measure() -> int:
    """Run and print."""
    with pytest.MonkeyPatch.context() as patch, mock_aws(), receiving() as url:
        for name, value in VARIABLES.items():
            patch.setenv(name, value)
        simulated = Simulated()
        simulated.install(patch)
        own = Own(simulated)
        hub = _hub(patch, url)
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            for _ in range(ROUNDS + 1):
                _round(hub, own)
    _report(own)
    return 0


def _hub(patch: pytest.MonkeyPatch, url: str) -> Hub:
    made = [clients.dynamodb(), clients.sqs(), clients.secretsmanager(), clients.kms(), clients.sns(),
            clients.stepfunctions(), clients.s3(), clients.sesv2()]  # fmt: skip
    hub = Hub(Stack(Clients(*made)), patch)
    hub.account()
    hub.source()
    for name in EVENTS:
        hub.subscribe(name, url=url, secret="whsec_" + "c2VjcmV0" * 6)
    return hub


def _round(hub: Hub, own: Own) -> None:
    posts = [_post(call, name) for call in _some_calls() for name in EVENTS]
    own.time(WEBHOOK, len(posts), lambda: [_run(hub, WEBHOOK, post) for post in posts])
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
    own.time(folder, events, lambda: [_run(hub, folder, batch) for batch in batches])


def _run(hub: Hub, folder: str, event: dict[str, Any]) -> None:
    with hub.running(folder, ALLOW_PRIVATE_TARGETS="true"):
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
        asked = ", ".join(f"{name} {times:.2f}" for name, times in sorted(own.asked[folder].items()))
        print(f"{folder:26} {statistics.median(rounds[1:]):.2f} ms an event of its own; asks {asked}")


if __name__ == "__main__":
    sys.exit(measure())
