"""A hub for every test: its functions, on tables and queues with nothing in them."""

import pytest

from tests.support.hub import Hub, open_hub
from tests.support.stack import Stack


@pytest.fixture
def hub(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """The functions of the template, cold, over a new stack."""
    return open_hub(stack, monkeypatch)
