"""Workers are killed while a campaign runs: the short form of `make chaos ARGS='--only campaign'`."""

from chaos.campaign import run as campaign
from chaos.deployed.stack import Deployed
from tests.e2e.conftest import Hub


def test_a_report_says_of_everybody_what_the_simulator_did(hub: Hub) -> None:
    """Each call is in both books, once for an attempt, and the counters add up whenever they are read."""
    stack = Deployed(hub.base_url, hub.operator_token, hub.emulator, hub.home)
    figures = campaign.run(stack, campaign.SHORT, seed=6)
    print("\n".join(figures.lines()))  # noqa: T201 - shown where it fails
    assert figures.good, figures.lines()
    assert figures.kills
    assert figures.looks > 10
