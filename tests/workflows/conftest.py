"""State machines in moto's interpreter, over the stack of a test."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import CLIENTS
from tests.support.hub import Hub, close_hub, open_hub
from tests.support.receiver import receiving
from tests.support.stack import Clients, Stack
from tests.workflows.machine import Machine, install, interpret
from tests.workflows.trouble import Trouble, begin


@pytest.fixture
def stack(aws: None, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """As every test's, with state machines that run."""
    interpret(monkeypatch)
    return Stack(Clients(*(client() for client in CLIENTS)))


@pytest.fixture
def machine(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """The machine with a function that ends everything at once, until the test gives it another."""

    def over(state: dict[str, Any]) -> dict[str, Any]:
        return {**state, "done": True}

    made = Machine(stack, over)
    install(made, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def hub(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The functions of the template, cold, over the stack."""
    opened = open_hub(stack, monkeypatch)
    yield opened
    close_hub(opened)


@pytest.fixture
def trouble(hub: Hub, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trouble]:
    """A receiver that fails, until the test has it say something else."""
    with receiving() as receiver:
        yield begin(hub, machine, receiver, monkeypatch)
        machine.close()
