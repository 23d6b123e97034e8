"""Somebody is notified by a campaign: what the calls cost that reached nobody is on the bill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.cost.scenarios.campaign_call import campaign

if TYPE_CHECKING:
    from bench.cost.stage import Stage

TITLE = "A notification by a campaign, three in four calls being heard"
EACH = "notification"


def play(stage: Stage) -> int:
    """People who were notified."""
    return campaign(stage).counters.notified
