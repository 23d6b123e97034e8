"""moto's interpreter of state machines, made to wait in no time and to call functions of this process.

It runs the definition as the template has it. Three seams are ours: the client by which a task calls a function, the
pause of a Wait state, and the pause before a retry. Both pauses move a clock that stands still otherwise.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from moto.core.config import default_user_config
from moto.stepfunctions.parser.asl.component.common.retry import jitter_strategy_decl, retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.utils import TMP_THREADS

from tests.support.builders import NOON
from tests.support.stack import Stack

PATIENCE = 30.0  # seconds of real time in which every execution ends
NAME = "RedeliverWorkflow"
ALL = (NAME, "FetchRecordingWorkflow", "RunCampaignWorkflow", "PollCampaignWorkflow", "EraseWorkflow", "ReplayWorkflow")

Function = Callable[[dict[str, Any]], Any]


class Fault(Exception):
    """What a function comes to grief with."""


@dataclass(slots=True)
class Clock:
    """Stands still until somebody waits."""

    time: datetime = NOON
    _lock: Lock = field(default_factory=Lock)

    def __call__(self) -> datetime:
        return self.time

    def wait(self, seconds: float, since: datetime) -> None:
        """It is so much later than it was then."""
        with self._lock:
            self.time = max(self.time, since + timedelta(seconds=seconds))


@dataclass(slots=True)
class Machine:
    """The state machine of one stack. Executions stand at their first Wait state until `finish`.

    `waits` are the pauses of Wait states, `pauses` those before retries, both in seconds; `turns` is what the function
    was given.
    """

    stack: Stack
    function: Function
    name: str = NAME
    clock: Clock = field(default_factory=Clock)
    waits: list[float] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    turns: list[dict[str, Any]] = field(default_factory=list)
    _running: Event = field(default_factory=Event)
    _closed: bool = False

    @property
    def arn(self) -> str:
        return self.stack.refs[self.name]

    def start(self, **state: Any) -> None:
        """Begin an execution; the state has what the hub gives one."""
        whole = {"account": "acme", "endpoint": "e1", "episode": 1, "part": 0, "turn": 0, "wait": 5, **state}
        self.stack.clients.stepfunctions.start_execution(
            stateMachineArn=self.arn, name=f"acme-e1-1-{whole['part']}", input=json.dumps(whole)
        )

    def finish(self) -> None:
        """Let all executions run to their ends, and those that they start."""
        self._running.set()
        deadline, joined = monotonic() + PATIENCE, 0
        while joined < len(TMP_THREADS):
            TMP_THREADS[joined].join(max(0.0, deadline - monotonic()))
            assert not TMP_THREADS[joined].is_alive(), f"still running: {self.executions()}"
            joined += 1
        self._running.clear()

    def close(self) -> None:
        """Leave nothing running, whatever the test came to."""
        self._closed = True
        self.finish()
        TMP_THREADS.clear()

    def executions(self) -> dict[str, str]:
        """The status of every execution by its name, the oldest first."""
        listed = self.stack.clients.stepfunctions.list_executions(stateMachineArn=self.arn)["executions"]
        return {one["name"]: one["status"] for one in reversed(listed)}

    def history(self, name: str) -> list[dict[str, Any]]:
        """Every entry of an execution's history."""
        arn = f"{self.arn.replace(':stateMachine:', ':execution:')}:{name}"
        client = self.stack.clients.stepfunctions
        return client.get_execution_history(executionArn=arn, maxResults=1000)["events"]  # type: ignore[return-value]

    def path(self, name: str) -> list[str]:
        """The states that an execution went through."""
        entered = [event.get("stateEnteredEventDetails") for event in self.history(name)]
        return [details["name"] for details in entered if details]

    def pause(self, env: Any, wait_seconds: float) -> None:  # noqa: ARG002 - as moto has it
        """A Wait state's."""
        since = self.clock()
        assert self._running.wait(PATIENCE), "nobody let the executions run"
        self.waits.append(wait_seconds)
        self.clock.wait(wait_seconds, since)

    def pause_before_retry(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.clock.wait(seconds, self.clock())

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        """Stands in for the client of Lambda."""
        assert FunctionName.endswith(f":Workflows{self.name.removesuffix('Workflow')}Function")
        state = json.loads(Payload)
        if self._closed:
            return _answer({**state, "done": True})
        self.turns.append(state)
        try:
            return _answer(self.function(state))
        except Exception as error:  # noqa: BLE001 - as the runtime does
            told = {"errorType": type(error).__name__, "errorMessage": str(error)}
            return {**_answer(told), "FunctionError": "Unhandled"}


def _answer(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(payload).encode())}


def interpret(patch: pytest.MonkeyPatch) -> None:
    """Have moto run state machines that are made from now on."""
    patch.setitem(default_user_config, "stepfunctions", {"execute_state_machine": True})
    TMP_THREADS.clear()


def install(machine: Machine, patch: pytest.MonkeyPatch) -> None:
    """Put the machine's own pauses and calls in place of moto's. Retries wait for as long as their jitter allows."""
    patch.setattr(WaitFunction, "_wait_interval", machine.pause)
    patch.setattr(retrier_decl, "time", SimpleNamespace(sleep=machine.pause_before_retry))
    patch.setattr(jitter_strategy_decl, "random", SimpleNamespace(uniform=lambda _, most: most))
    patch.setattr(lambda_eval_utils, "boto_client_for", lambda **_: machine)
