"""The hub in this process over moto, as the tests of functions have it, with everything that it does counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import responses_mock

from bench.cost.assumptions import ACCESS_LOG, LINE, MILLISECONDS, OTHERS, PLATFORM_LOG, TRANSITIONS, WORKFLOWS
from bench.cost.counted import Counted
from bench.cost.recorder import Recorder
from bench.cost.schema import tables
from tests.conftest import AWS, CLIENTS, forget_clients, one_at_a_time
from tests.support.gateway import Answer
from tests.support.hub import Hub, asked, close_hub, opened
from tests.support.stack import Clients, Stack, function_properties, template

MEMORY = 512  # MB, unless the template says otherwise


class Stage(Hub):
    """A hub that counts. What a scenario does between `begin` and `end` is on the bill."""

    def __init__(self, stack: Stack, patch: pytest.MonkeyPatch) -> None:
        super().__init__(stack, patch)
        names = {stack.table(name): table for name, table in tables().items()}
        self.recorder = Recorder(names, boto3.client("dynamodb"))
        self._log_before = 0

    def listen(self) -> None:
        """Have the clients of the functions tell of their requests."""
        for client in asked():
            client.meta.events.register("before-parameter-build.*.*", self.recorder.before)
            client.meta.events.register("after-call.*.*", self.recorder.after)

    def begin(self) -> None:
        """Count from here on."""
        self._log_before = len(self.log.getvalue())
        self.recorder.counted, self.recorder.on = Counted(), True

    def end(self) -> Counted:
        """What was counted."""
        self.recorder.on = False
        text = self.log.getvalue()[self._log_before :]
        self.recorder.counted.log_bytes += len(text.encode()) + LINE * text.count("\n")
        return self.recorder.counted

    def invoke(self, folder: str, event: Mapping[str, Any], remaining: float = 60.0, **changed: str) -> dict[str, Any]:
        """Run a function, and count its time as assumed."""
        counted = self.recorder.counted
        counted.invocations[folder] += 1
        counted.gb_seconds += _memory(folder) / 1024 * MILLISECONDS.get(folder, OTHERS) / 1000
        counted.log_bytes += PLATFORM_LOG
        counted.transitions += TRANSITIONS if folder in WORKFLOWS else 0
        return super().invoke(folder, event, remaining, **changed)

    def answer(self, folder: str, event: Mapping[str, Any]) -> Answer:
        """A request through the gateway."""
        self.recorder.counted.gateway += 1
        self.recorder.counted.log_bytes += ACCESS_LOG
        return super().answer(folder, event)

    def poll(self, queue: str, folder: str) -> list[dict[str, Any]]:
        """A batch: the poller's receive and delete are two requests, however many messages there are."""
        on, self.recorder.on = self.recorder.on, False
        records = self.stack.messages(queue)
        self.recorder.on = on
        if not records:
            return []
        answer = self.invoke(folder, {"Records": records})
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        self.recorder.on = False
        self.stack.delete(queue, [record for record in records if record["messageId"] not in failed])
        self.recorder.on = on
        if self.stack.queue(queue).endswith(".fifo"):
            self.recorder.counted.fifo += 2
        else:
            self.recorder.counted.standard += 2
        return [record for record in records if record["messageId"] in failed]

    def visible(self, queue: str) -> bool:
        """Asked by the tests' loop alone."""
        on, self.recorder.on = self.recorder.on, False
        try:
            return super().visible(queue)
        finally:
            self.recorder.on = on


@contextmanager
def staged() -> Iterator[Stage]:
    """A new hub with nothing in it."""
    patch = pytest.MonkeyPatch()
    for name, value in AWS.items():
        patch.setenv(name, value)
    forget_clients()
    one_at_a_time(patch)
    with mock_aws():
        responses_mock.stop()
        stage = opened(Stage(a_stack(), patch), patch)
        stage.listen()
        yield stage
        close_hub(stage)
        responses_mock.start()
    forget_clients()
    patch.undo()


def a_stack() -> Stack:
    """The template's resources."""
    made: list[Any] = [client() for client in CLIENTS]
    return Stack(Clients(*made))


def _memory(folder: str) -> int:
    shared = template()["Globals"]["Function"].get("MemorySize", MEMORY)
    return int(function_properties(folder).get("MemorySize", shared))
