"""Campaigns: their settings, groups, tasks and reports."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import region_of, storage
from switchboard.bootstrap.adapters import (
    accounts,
    audiences,
    audio_files,
    campaign_holds,
    campaign_settings,
    list_uploads,
    postings,
    snapshots,
    subscriber_groups,
    tasks,
    telephonies,
)
from switchboard.bootstrap.dialling import executions, steering
from switchboard.bootstrap.restrictions import restrict

if TYPE_CHECKING:
    from switchboard.campaigns.dry_run import TryTask
    from switchboard.campaigns.groups import KeepGroups
    from switchboard.campaigns.in_use import InUse
    from switchboard.campaigns.plan import MakePlan
    from switchboard.campaigns.report import ReadReport
    from switchboard.campaigns.settings import KeepSettings
    from switchboard.campaigns.start import Channels, StartTask
    from switchboard.campaigns.tasks import KeepTasks, TaskResources
    from switchboard.campaigns.uploads import UploadLists
    from switchboard.kernel.campaign import Clip


def in_use() -> InUse:
    """Return what tells whether a running task needs a resource."""
    from switchboard.campaigns.in_use import InUse

    return InUse(tasks(), executions())


def keep_settings() -> KeepSettings:
    """Return what changes settings."""
    from switchboard.campaigns.settings import KeepSettings

    return KeepSettings(campaign_settings(), in_use(), now)


def keep_groups() -> KeepGroups:
    """Return what makes and changes groups."""
    from switchboard.campaigns.groups import KeepGroups

    return KeepGroups(subscriber_groups(), audiences(), in_use(), storage(), now)


def upload_lists() -> UploadLists:
    """Return what makes groups of the lists that clients put into the bucket."""
    from switchboard.campaigns.uploads import UploadLists

    return UploadLists(list_uploads(), keep_groups(), new_id)


def keep_tasks() -> KeepTasks:
    """Return what makes and changes tasks."""
    from switchboard.campaigns.tasks import KeepTasks

    return KeepTasks(tasks(), _shelves(), in_use(), now)


def start_task() -> StartTask:
    """Return what starts tasks."""
    from switchboard.campaigns.start import StartTask

    return StartTask(
        tasks=tasks(),
        make_plan=_make_plan(),
        audiences=snapshots(),
        holds=campaign_holds(),
        executions=steering(),
        channels=_channels(),
        accounts=accounts(),
        clock=now,
        new_id=new_id,
    )


def try_task() -> TryTask:
    """Return the dry run: the result of a start, without a start."""
    from switchboard.campaigns.dry_run import TryTask

    return TryTask(tasks(), _make_plan(), executions(), _channels(), restrict(), accounts(), now)


def read_report() -> ReadReport:
    """Return what reads executions and their subscribers."""
    from switchboard.campaigns.emails.send import emailed
    from switchboard.campaigns.report import ReadReport

    return ReadReport(executions(), snapshots(), partial(emailed, postings()))


def new_id() -> str:
    """Return a new id, a UUID as the API's document shows."""
    return str(uuid4())


def _make_plan() -> MakePlan:
    from switchboard.campaigns.plan import MakePlan

    return MakePlan(_shelves(), audiences(), region_of)


def _shelves() -> TaskResources:
    from switchboard.campaigns.tasks import TaskResources

    return TaskResources(campaign_settings(), subscriber_groups(), _clip)


def _clip(account: str, id_: str) -> Clip | None:
    found = audio_files().get(account, id_)
    return found.clip if found else None


def _channels() -> Channels:
    from switchboard.campaigns.start import Channels

    return Channels(executions(), telephonies())
