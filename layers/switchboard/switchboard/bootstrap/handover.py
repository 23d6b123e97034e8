"""The composition root's part for campaigns that another system calls."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import accounts_table, now, vault

if TYPE_CHECKING:
    from switchboard.campaigns.handover.poll import PollCampaign
    from switchboard.dialects.cato.client import CatoClient
    from switchboard.net.vendor_api import VendorApi
    from switchboard.telephony.model import AccountTelephony

ONE_QUESTION = 40.0  # seconds: an hour of audio, a list of 5,000, a report of 100,000
ALL_OF_A_TURN = 150.0
LARGEST_REPORT = 128 * 1024 * 1024  # bytes; of 100,000 people it takes some 95, and a gigabyte of memory


@cache
def cato_api() -> VendorApi:
    """What asks other systems, with time and room for long lists."""
    from switchboard.net.guard import Guard
    from switchboard.net.resolver import Resolver
    from switchboard.net.session import vetted_session
    from switchboard.net.vendor_api import VendorApi

    guard = Guard(Resolver(), allow_private=settings.allow_private_targets())
    return VendorApi(lambda: vetted_session(guard), ONE_QUESTION, read_at_most=LARGEST_REPORT)


def dial(chosen: AccountTelephony) -> CatoClient:
    """The CATO that an account chose, for the questions of one turn."""
    from switchboard.dialects.cato.client import CatoClient

    token = vault().open(chosen.account, chosen.secret)
    shown = chosen.settings
    return CatoClient(cato_api().at(shown["base_url"], ALL_OF_A_TURN), token, shown.get("user_id", ""))


def read_audio(key: str) -> bytes:
    """A file of the store of campaign audio; NotFound where it is gone."""
    from switchboard.aws.audio_bucket import AudioBucket
    from switchboard.aws.clients import s3

    return AudioBucket(s3(), settings.campaigns_bucket()).whole(key)


@cache
def poll_campaign() -> PollCampaign:
    """The turns of the workflows of what another system calls."""
    from switchboard.aws.clients import dynamodb, stepfunctions
    from switchboard.aws.handover_rows import HandoverRows
    from switchboard.aws.workflows import CampaignWorkflow
    from switchboard.bootstrap.campaigns import snapshots
    from switchboard.bootstrap.dialling import dialling, dialling_queue
    from switchboard.campaigns.dialling.desk import ExecutionDesk, NullDriver
    from switchboard.campaigns.handover.follow import Follow
    from switchboard.campaigns.handover.hand_over import HandOver
    from switchboard.campaigns.handover.poll import PollCampaign
    from switchboard.observability.handover import handover_hindered

    workflow = CampaignWorkflow(stepfunctions(), "", settings.poll_workflow)
    return PollCampaign(
        store=dialling(),
        hand_over=HandOver(HandoverRows(dynamodb(), settings.dialling_table()), snapshots(), read_audio, now),
        follow=Follow(dialling(), snapshots(), dialling_queue(), now, time.sleep),
        telephonies=accounts_table().telephonies,
        dial=dial,
        desk=ExecutionDesk(dialling(), NullDriver(), workflow, now),
        clock=now,
        report=handover_hindered,
    )
