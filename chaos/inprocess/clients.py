"""What the functions take for boto3's clients: every request passes points at which the process may be killed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from chaos.inprocess.queues import Queue
from chaos.lineage import Lineage

Effect = Callable[[str, Callable[[], Any]], Any]
"""Runs an effect of a name, with points before and after it."""


class Tables:
    """DynamoDB's client with points."""

    def __init__(self, client: Any, effect: Effect) -> None:
        self._client, self._effect = client, effect
        self.meta = client.meta

    def __getattr__(self, name: str) -> Any:
        operation = getattr(self._client, name)
        return lambda **given: self._effect(name, lambda: operation(**given))

    def get_paginator(self, name: str) -> Any:
        return _Pages(self._client.get_paginator(name), self._effect)


class _Pages:
    def __init__(self, paginator: Any, effect: Effect) -> None:
        self._paginator, self._effect = paginator, effect

    def paginate(self, **given: Any) -> Any:
        return self._effect("query", lambda: list(self._paginator.paginate(**given)))


class NeverRaised(Exception):
    """An error of SQS that does not happen here."""


class Queues:
    """SQS's client. `chain` tells what led to the invocation that sends."""

    exceptions = SimpleNamespace(InvalidMessageContents=NeverRaised)

    def __init__(self, queues: Mapping[str, Queue], effect: Effect, chain: Callable[[], Lineage]) -> None:
        self._queues, self._effect, self._chain = queues, effect, chain

    def send_message(self, **given: Any) -> dict[str, Any]:
        self._effect("send_message", lambda: self._send(given["QueueUrl"], given))
        return {}

    def send_message_batch(self, **given: Any) -> dict[str, Any]:
        def send() -> None:
            for entry in given["Entries"]:
                self._send(given["QueueUrl"], entry)

        self._effect("send_message_batch", send)
        return {}

    def change_message_visibility(self, **given: Any) -> None:
        queue = self._queues[given["QueueUrl"]]
        self._effect(
            "change_message_visibility", lambda: queue.hide(given["ReceiptHandle"], given["VisibilityTimeout"])
        )

    def _send(self, url: str, given: Mapping[str, Any]) -> None:
        self._queues[url].send(
            given["MessageBody"],
            given.get("MessageGroupId", ""),
            given.get("MessageDeduplicationId", ""),
            given.get("DelaySeconds", 0),
            chain=self._chain(),
        )


@dataclass(slots=True, eq=False)
class Execution:
    """One execution of the state machine: what goes into its next turn, and when."""

    name: str
    given: str
    state: dict[str, Any]
    wakes: float
    running: bool = True
    busy: bool = False
    failures: int = 0


@dataclass(slots=True)
class StateMachines:
    """Step Functions' client: an execution's name is used once."""

    now: Callable[[], float]
    effect: Effect
    executions: dict[str, Execution] = field(default_factory=dict)

    def start_execution(self, **given: Any) -> dict[str, Any]:
        self.effect("start_execution", lambda: self._start(given["name"], given["input"]))
        return {}

    def _start(self, name: str, given: str) -> None:
        known = self.executions.get(name)
        if known is None:
            state = json.loads(given)
            self.executions[name] = Execution(name, given, state, self.now() + state["wait"])
        elif not known.running or known.given != given:
            raise ClientError({"Error": {"Code": "ExecutionAlreadyExists", "Message": name}}, "StartExecution")


@dataclass(slots=True)
class Topic:
    """SNS's client."""

    effect: Effect
    told: list[dict[str, Any]] = field(default_factory=list)

    def publish(self, **given: Any) -> None:
        self.effect("publish", lambda: self.told.append(json.loads(given["Message"])))
