"""The composition root's part for dialling: the conductor, its queues and workflow, and who begins and steers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now

if TYPE_CHECKING:
    from switchboard.aws.dialling_queue import DiallingQueue, WakeQueue
    from switchboard.aws.dialling_table import DiallingTable
    from switchboard.aws.workflows import CampaignWorkflow
    from switchboard.campaigns.dialling.conduct import Conduct
    from switchboard.campaigns.dialling.desk import ExecutionDesk
    from switchboard.campaigns.dialling.run import RunCampaign
    from switchboard.kernel.campaign import Execution


@cache
def dialling() -> DiallingTable:
    """The accounts' dialling."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.dialling_table import DiallingTable

    return DiallingTable(dynamodb(), settings.dialling_table())


@cache
def dialling_queue() -> DiallingQueue:
    """The queue of the accounts' dialling."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.dialling_queue import DiallingQueue

    return DiallingQueue(sqs(), settings.dialling_queue_url())


@cache
def wake_queue() -> WakeQueue:
    """The queue of wake-ups."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.dialling_queue import WakeQueue

    return WakeQueue(sqs(), settings.wakes_queue_url())


@cache
def campaign_workflow() -> CampaignWorkflow:
    """The workflows of executions."""
    from switchboard.aws.clients import stepfunctions
    from switchboard.aws.workflows import CampaignWorkflow

    return CampaignWorkflow(stepfunctions(), settings.campaign_workflow(), settings.poll_workflow)


@cache
def desk() -> ExecutionDesk:
    """Executions, for those who begin and steer them."""
    from switchboard.campaigns.dialling.desk import ExecutionDesk

    return ExecutionDesk(dialling(), dialling_queue(), campaign_workflow(), now)


@cache
def conduct() -> Conduct:
    """The conductor."""
    from switchboard.bootstrap.campaign_events import tell_events
    from switchboard.bootstrap.campaigns import executions, snapshots
    from switchboard.bootstrap.emails import order_emails
    from switchboard.bootstrap.laps import tell_stop
    from switchboard.bootstrap.restrictions import restrict
    from switchboard.bootstrap.telephony import telephonies, telephony_of
    from switchboard.campaigns.dialling.conduct import Conduct
    from switchboard.campaigns.dialling.people import People
    from switchboard.campaigns.dialling.place import PlaceByTelephony, PlaceClaimed, side_by_side
    from switchboard.campaigns.restrictions.counted import CountingPlacer
    from switchboard.observability.campaign_calls import order_failed

    dials = CountingPlacer(PlaceByTelephony(telephonies(), telephony_of), restrict(), now)
    people = People(snapshots(), dialling())
    return Conduct(
        store=dialling(),
        people=people,
        place=PlaceClaimed(dials, now, order_failed, side_by_side),
        queue=dialling_queue(),
        wakes=wake_queue(),
        restrictions=restrict(),
        followers=[tell_events(executions(), people.subscriber), order_emails()],
        clock=now,
        pause=time.sleep,
        stopped=tell_stop,
    )


@cache
def run_campaign() -> RunCampaign:
    """The turns of the workflows of executions."""
    from switchboard.campaigns.dialling.run import RunCampaign

    return RunCampaign(dialling(), dialling_queue(), conduct(), desk(), now)


def watch_campaigns(*, at_once: bool = False) -> list[Execution]:
    """Start a new part where no workflow drives an execution; at once for all, where none runs any more."""
    from switchboard.campaigns.dialling.watch import WatchCampaigns

    watch = WatchCampaigns(dialling(), desk(), now)
    return watch.start_all() if at_once else watch()


def postpone_dialling(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of the queue of dialling."""
    _postpone(settings.dialling_queue_url(), receipts, seconds)


def postpone_wakes(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of the queue of wake-ups."""
    _postpone(settings.wakes_queue_url(), receipts, seconds)


def _postpone(queue_url: str, receipts: Sequence[str], seconds: float) -> None:
    from switchboard.aws.clients import sqs
    from switchboard.aws.visibility import postpone

    postpone(sqs(), queue_url, receipts, seconds)
