"""A hub for every test: its functions, on tables and queues with nothing in them."""

from collections.abc import Iterator

import pytest

from tests.support.hub import Hub, close_hub, open_hub
from tests.support.stack import Stack


@pytest.fixture
def hub(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The functions of the template, cold, over a new stack."""
    opened = open_hub(stack, monkeypatch)
    yield opened
    close_hub(opened)
