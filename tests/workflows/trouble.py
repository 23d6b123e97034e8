"""A receiver in trouble: its calls wait, the real function drives them, and time is the machine's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import pytest

from switchboard import bootstrap
from switchboard.aws.codec import dump
from switchboard.bootstrap import deliveries
from switchboard.deliveries.fan_out import endpoint_id
from tests.support.builders import NOON, a_delivery
from tests.support.hub import REDELIVER, Context, Hub, handler
from tests.support.receiver import Exchange, Received, Receiver, answer
from tests.support.stack import template
from tests.workflows.machine import Machine

DELIVER = "workers/deliver"
PARAMETERS = {name: str(template()["Parameters"][name]["Default"]) for name in ("RetrySchedule", "DisableAfter")}
SCHEDULE = [float(entry) for entry in PARAMETERS["RetrySchedule"].split(",")]
BATCH = 10

Says = Callable[[str, float], int]
"""From the call and the second to the status of the answer."""


@dataclass(frozen=True, slots=True)
class Post:
    """A request to the receiver: of which call and number, how many seconds after noon, and what it was answered."""

    call: str
    sequence: int
    second: float
    status: int


@dataclass(slots=True)
class Trouble:
    """A hub, its machine and a receiver that says what the test wants it to say."""

    hub: Hub
    machine: Machine
    receiver: Receiver
    says: Says = lambda _call, _second: 503
    posts: list[Post] = field(default_factory=list)
    most_at_once: int = 0
    _at_once: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        return self.receiver.url.removesuffix("/calls")

    @property
    def endpoint(self) -> str:
        return endpoint_id(self.url)

    @property
    def second(self) -> float:
        """Seconds since noon."""
        return (self.machine.clock() - NOON).total_seconds()

    def happen(self, calls: int, events: int = 1) -> None:
        """Let so many calls have so many events each, and the worker of deliveries meet them in their order."""
        records = [self._record(f"call-{call}", event) for event in range(events) for call in range(calls)]
        for start in range(0, len(records), BATCH):
            answered = self.hub.invoke(DELIVER, {"Records": records[start : start + BATCH]})
            assert answered == {"batchItemFailures": []}

    def run(self) -> None:
        """Let the workflow run to its end."""
        with self.hub.running(REDELIVER):
            self.machine.finish()

    def turn(self, state: dict[str, Any]) -> dict[str, Any]:
        """The function, as the runtime calls it; then the worker of deliveries, with what was asked for."""
        told = handler(REDELIVER)(state, Context(REDELIVER))
        self.drain()
        return told

    def drain(self) -> None:
        """Let the worker of deliveries do what the queue has for it."""
        stack = self.hub.stack
        while records := stack.messages("DeliveriesQueue"):
            answered = handler(DELIVER)({"Records": records}, Context(DELIVER))
            assert answered == {"batchItemFailures": []}
            stack.delete("DeliveriesQueue", records)

    def states(self) -> Counter[str]:
        """How many deliveries are in which state."""
        return Counter(item["state"]["S"] for item in self.hub.stack.items("DeliveriesTable"))

    def reasons(self) -> set[str]:
        """What is said of deliveries that died."""
        return {item["reason"]["S"] for item in self.hub.stack.items("DeliveriesTable") if "reason" in item}

    def delivered(self, call: str) -> list[int]:
        """The numbers of a call's events that the receiver took, in its order."""
        return [post.sequence for post in self.posts if post.call == call and post.status == 200]

    def told(self, event: str) -> int:
        """How often the operators heard of this."""
        published = [params for _, service, name, params in self.hub.calls if (service, name) == ("sns", "Publish")]
        return sum(json.loads(params["Message"])["event"] == event for params in published)

    def left(self) -> int:
        """Lanes, parked deliveries and receivers in trouble that are in the table still."""
        rows = self.hub.stack.items("EndpointsTable")
        lasting = [row for row in rows if row["sk"]["S"] == "ENDPOINT" and row.get("failing", {}).get("N") != "1"]
        return len(rows) - len(lasting)

    def behave(self, exchange: Exchange, request: Received) -> bool:
        """What the receiver does with a request."""
        told = json.loads(request.body)
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            status = self.says(told["call"], self.second)
            self.posts.append(Post(told["call"], told["sequence"], self.second, status))
        exchange.send(answer(status))
        with self._lock:
            self._at_once -= 1
        return True

    def _record(self, call: str, event: int) -> dict[str, Any]:
        delivery = a_delivery(
            f"msg_{call}_{event}",
            call_id=call,
            subject=call,
            event_id=f"{call}-{event}",
            sequence=event,
            receiver=self.url,
            endpoint=self.endpoint,
            group=f"{self.endpoint}:0",
            body=json.dumps({"call": call, "sequence": event}),
        )
        attributes = {"ApproximateReceiveCount": "1", "MessageGroupId": f"acme:{delivery.group}"}
        return {
            "messageId": delivery.id,
            "receiptHandle": delivery.id,
            "body": dump(delivery),
            "attributes": attributes,
        }


def begin(hub: Hub, machine: Machine, receiver: Receiver, patch: pytest.MonkeyPatch) -> Trouble:
    """A receiver with a subscription, on the machine's time, without chance. Calls are handed over by one failure."""
    patch.setattr(bootstrap, "read_clock", machine.clock)
    patch.setattr(deliveries, "random", lambda: 0.5)
    hub.stack.refs |= {**PARAMETERS, "FastAttempts": "1"}
    hub.account()
    hub.subscribe(url=receiver.url)
    trouble = Trouble(hub, machine, receiver)
    receiver.behave = trouble.behave
    machine.function = trouble.turn
    return trouble
