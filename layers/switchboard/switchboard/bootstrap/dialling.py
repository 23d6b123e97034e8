"""Dialling: executions, their conductor and its followers, and their workflows."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import region_of
from switchboard.bootstrap.adapters import (
    campaign_workflow,
    dialling,
    dialling_queue,
    event_queue,
    snapshots,
    subscriptions,
    telephonies,
    wake_queue,
)
from switchboard.bootstrap.emails import order_emails
from switchboard.bootstrap.laps import tell_stop
from switchboard.bootstrap.restrictions import restrict

if TYPE_CHECKING:
    from switchboard.campaigns.dialling.conduct import Conduct
    from switchboard.campaigns.dialling.desk import ExecutionDesk
    from switchboard.campaigns.dialling.run import RunCampaign
    from switchboard.campaigns.events import ExecutionReader, SendCampaignEvents, SubscriberOf
    from switchboard.kernel.campaign import Execution


@cache
def executions() -> ExecutionDesk:
    """Return the executions for functions that only read them."""
    from switchboard.campaigns.dialling.desk import ExecutionDesk, NullDriver

    return ExecutionDesk(dialling(), NullDriver(), NullDriver(), now)


@cache
def steering() -> ExecutionDesk:
    """Return the executions for functions that start and steer them."""
    from switchboard.campaigns.dialling.desk import ExecutionDesk

    return ExecutionDesk(dialling(), dialling_queue(), campaign_workflow(), now)


@cache
def conduct() -> Conduct:
    """Return the conductor, with the followers of dialling."""
    from switchboard.bootstrap.telephony import telephony_of
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


def tell_events(campaigns: ExecutionReader, subscriber_of: SubscriberOf) -> SendCampaignEvents:
    """Return the follower of dialling that tells events. The arguments find executions and subscribers."""
    from switchboard.campaigns.events import FindSubscribedKinds, SendCampaignEvents
    from switchboard.dialects.registry import vocabulary_of

    asked = FindSubscribedKinds(subscriptions(), lambda dialect, name: vocabulary_of(dialect).has(name))
    return SendCampaignEvents(asked, campaigns, subscriber_of, event_queue(), region_of)


@cache
def run_campaign() -> RunCampaign:
    """Return the turns of the workflows of executions."""
    from switchboard.campaigns.dialling.run import RunCampaign

    return RunCampaign(dialling(), dialling_queue(), conduct(), steering(), now)


def watch_campaigns(*, at_once: bool = False) -> list[Execution]:
    """Start a new part where no workflow drives an execution; at once for all, where none runs any more."""
    from switchboard.campaigns.dialling.watch import WatchCampaigns

    watch = WatchCampaigns(dialling(), steering(), now)
    return watch.start_all() if at_once else watch()
