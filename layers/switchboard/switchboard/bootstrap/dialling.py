"""Dialling: executions, their conductor and its followers, and their workflows."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import account_states, region_of
from switchboard.bootstrap.adapters import (
    campaign_workflow,
    dialling,
    dialling_queue,
    event_queue,
    snapshots,
    subscriptions,
    telephonies,
    troubles,
    wake_queue,
)
from switchboard.bootstrap.emails import order_emails
from switchboard.bootstrap.laps import tell_stop
from switchboard.bootstrap.restrictions import restrict

if TYPE_CHECKING:
    from switchboard.campaigns.dialling.conduct import Conduct
    from switchboard.campaigns.dialling.desk import ExecutionDesk
    from switchboard.campaigns.dialling.health import KeepHealth, ReadHealth
    from switchboard.campaigns.dialling.messages import UntoldNews
    from switchboard.campaigns.dialling.ports import DiallingFollower
    from switchboard.campaigns.dialling.run import RunCampaign
    from switchboard.campaigns.dialling.untold import TellAgain
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
    from switchboard.campaigns.dialling.quota import QuotaOfTelephony
    from switchboard.observability.campaign_calls import order_failed

    dials = PlaceByTelephony(telephonies(), telephony_of)
    return Conduct(
        store=dialling(),
        people=People(snapshots(), dialling()),
        place=PlaceClaimed(dials, now, order_failed, side_by_side),
        queue=dialling_queue(),
        wakes=wake_queue(),
        restrictions=restrict(),
        followers=_fail_safe(),
        clock=now,
        pause=time.sleep,
        stopped=tell_stop,
        is_suspended=account_states().is_suspended,
        quota=QuotaOfTelephony(telephonies()),
    )


@cache
def followers() -> dict[str, DiallingFollower]:
    """Return the followers of dialling, by the names that messages with untold news use."""
    from switchboard.campaigns.dialling.people import People

    subscriber_of = People(snapshots(), dialling()).subscriber
    return {"events": tell_events(executions(), subscriber_of), "emails": order_emails()}


def _fail_safe() -> list[DiallingFollower]:
    from switchboard.campaigns.dialling.untold import FailSafeFollower

    return [FailSafeFollower(name, one, dialling_queue(), _untold) for name, one in followers().items()]


@cache
def tell_again() -> TellAgain:
    """Return what tells followers the news that they could not take before."""
    from switchboard.campaigns.dialling.untold import TellAgain

    return TellAgain(followers(), dialling_queue(), _untold)


def _untold(account: str, untold: UntoldNews, error: Exception) -> None:
    """Log and count a failure of a follower."""
    from switchboard.campaigns.dialling.health import Part
    from switchboard.observability.campaign_calls import follower_failed

    follower_failed(account, untold, error)
    keep_health().failed(account, Part.FOLLOWERS, error)


@cache
def keep_health() -> KeepHealth:
    """Return what counts the failures of conductors."""
    from switchboard.campaigns.dialling.health import KeepHealth
    from switchboard.observability.campaign_calls import count_failure, health_lost

    return KeepHealth(troubles(), now, count_failure, health_lost)


def read_health() -> ReadHealth:
    """Return what reads the health of conductors."""
    from switchboard.campaigns.dialling.health import ReadHealth

    return ReadHealth(dialling(), troubles(), now)


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
    """Start a new part where no workflow drives an execution, and count the execution as stalled.

    `at_once` starts a part of every execution, because no workflow runs any more.
    """
    from switchboard.campaigns.dialling.watch import WatchCampaigns
    from switchboard.observability.campaign_calls import campaign_stalled

    watch = WatchCampaigns(dialling(), steering(), now)
    if at_once:
        return watch.start_all()
    found = watch()
    for execution in found:
        campaign_stalled(execution)
    return found
