"""A campaign in one request: the only function that both adds audio and starts tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import campaign_settings
from switchboard.bootstrap.audio import add_audio
from switchboard.bootstrap.campaigns import keep_groups, keep_tasks, start_task
from switchboard.bootstrap.dialling import executions

if TYPE_CHECKING:
    from switchboard.campaigns.launch import LaunchCampaign


def launch_campaign() -> LaunchCampaign:
    """Return what makes and starts a campaign."""
    from switchboard.campaigns.launch import LaunchCampaign

    return LaunchCampaign(
        add_audio=add_audio(),
        groups=keep_groups(),
        settings=campaign_settings(),
        tasks=keep_tasks(),
        start=start_task(),
        executions=executions(),
        clock=now,
    )
