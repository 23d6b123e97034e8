"""Workers are killed while events flow: the short form of `make chaos`."""

import pytest

from chaos.deployed import run as deployed
from chaos.deployed.stack import Deployed
from tests.e2e.conftest import Hub


@pytest.fixture
def stack(hub: Hub) -> Deployed:
    """The hub as the injector knows it."""
    return Deployed(hub.base_url, hub.operator_token, hub.emulator, hub.home)


def test_killed_workers_lose_and_disorder_nothing(stack: Deployed) -> None:
    """Every event arrives, each call in order, and what comes twice does so because its worker was killed."""
    figures = deployed.run(stack, deployed.SHORT, seed=1)
    assert figures.kills.total() > 3
    assert figures.good, figures.lines()
    assert figures.events_out == figures.events_in == deployed.SHORT.calls * 4
    assert figures.executions == figures.endpoints_failing
