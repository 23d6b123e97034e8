"""Campaigns that are handed over to another system, which places the calls."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import account_states
from switchboard.bootstrap.adapters import (
    audio_bucket,
    dialling,
    dialling_queue,
    handover_rows,
    handover_workflow,
    snapshots,
    telephonies,
    vault,
)
from switchboard.bootstrap.dialling import executions
from switchboard.bootstrap.network import campaign_api
from switchboard.vault import TELEPHONY

if TYPE_CHECKING:
    from switchboard.campaigns.handover.await_start import AwaitStart
    from switchboard.campaigns.handover.poll import PollCampaign
    from switchboard.dialects.campaign_system import CampaignSystem
    from switchboard.telephony.model import AccountTelephony

ALL_OF_A_TURN = 150.0  # seconds


def dial(chosen: AccountTelephony) -> CampaignSystem:
    """Return a client of the system that an account chose, for the requests of one turn. Raises Sealed."""
    from switchboard.dialects.registry import part_of
    from switchboard.dialects.roles import CampaignClientModule

    token, shown = vault().open(chosen.account, chosen.secret, TELEPHONY), chosen.settings
    module = part_of(chosen.provider, "client", CampaignClientModule)
    return module.open_client(campaign_api().at(shown["base_url"], ALL_OF_A_TURN), token, shown.get("user_id", ""))


@cache
def poll_campaign() -> PollCampaign:
    """Return the turns of the workflows of campaigns that another system calls."""
    from switchboard.campaigns.dialling.desk import ExecutionDesk, NullDriver
    from switchboard.campaigns.handover.follow import Follow
    from switchboard.campaigns.handover.hand_over import HandOver
    from switchboard.campaigns.handover.poll import PollCampaign
    from switchboard.observability.handover import handover_hindered

    return PollCampaign(
        store=dialling(),
        hand_over=HandOver(handover_rows(), snapshots(), audio_bucket().whole, now),
        follow=Follow(dialling(), snapshots(), dialling_queue(), now, time.sleep),
        telephonies=telephonies(),
        dial=dial,
        desk=ExecutionDesk(dialling(), NullDriver(), handover_workflow(), now),
        clock=now,
        report=handover_hindered,
        suspensions=account_states(),
    )


def await_start() -> AwaitStart:
    """Return what waits for the other system's answer to a start."""
    from switchboard.campaigns.handover.await_start import AwaitStart

    return AwaitStart(executions(), handover_rows(), time.sleep)
