"""Campaigns' resources and reports: their use cases with their adapters, each built when it is first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

from switchboard import settings
from switchboard.bootstrap import accounts, accounts_table, now

if TYPE_CHECKING:
    from switchboard.aws.audiences_bucket import AudiencesBucket
    from switchboard.aws.campaign_rows import CampaignHolds, CampaignRows
    from switchboard.aws.list_uploads import ListUploads
    from switchboard.campaigns.dialling.desk import ExecutionDesk
    from switchboard.campaigns.dry_run import TryTask
    from switchboard.campaigns.groups import KeepGroups
    from switchboard.campaigns.in_use import InUse
    from switchboard.campaigns.plan import MakePlan
    from switchboard.campaigns.ports import Clips
    from switchboard.campaigns.report import ReadReport
    from switchboard.campaigns.settings import KeepSettings
    from switchboard.campaigns.start import Channels, StartTask
    from switchboard.campaigns.tasks import KeepTasks, TaskResources
    from switchboard.campaigns.uploads import UploadLists
    from switchboard.kernel.campaign import Clip, NotificationSettings, SubscriberGroup, Task


@cache
def kept_settings() -> CampaignRows[NotificationSettings]:
    """The settings."""
    from switchboard.aws.campaign_rows import CampaignRows
    from switchboard.aws.clients import dynamodb
    from switchboard.kernel.campaign import NotificationSettings

    return CampaignRows(dynamodb(), settings.campaigns_table(), "settings", NotificationSettings)


@cache
def kept_groups() -> CampaignRows[SubscriberGroup]:
    """The groups, without their lists."""
    from switchboard.aws.campaign_rows import CampaignRows
    from switchboard.aws.clients import dynamodb
    from switchboard.kernel.campaign import SubscriberGroup

    return CampaignRows(dynamodb(), settings.campaigns_table(), "group", SubscriberGroup)


@cache
def kept_tasks() -> CampaignRows[Task]:
    """The tasks."""
    from switchboard.aws.campaign_rows import CampaignRows
    from switchboard.aws.clients import dynamodb
    from switchboard.kernel.campaign import Task

    return CampaignRows(dynamodb(), settings.campaigns_table(), "task", Task)


@cache
def holds() -> CampaignHolds:
    """What keeps them while a task is being started."""
    from switchboard.aws.campaign_rows import CampaignHolds
    from switchboard.aws.clients import dynamodb

    return CampaignHolds(dynamodb(), settings.campaigns_table())


@cache
def audiences() -> AudiencesBucket:
    """The lists of groups."""
    from switchboard.aws.audiences_bucket import AudiencesBucket
    from switchboard.aws.clients import s3

    return AudiencesBucket(s3(), settings.campaigns_bucket(), "audiences")


@cache
def snapshots() -> AudiencesBucket:
    """The lists of executions, which end with their reports."""
    from switchboard.aws.audiences_bucket import AudiencesBucket
    from switchboard.aws.clients import s3

    return AudiencesBucket(s3(), settings.campaigns_bucket(), "executions")


@cache
def uploads() -> ListUploads:
    """Lists that are on their way."""
    from switchboard.aws.clients import dynamodb, s3
    from switchboard.aws.list_uploads import ListUploads

    return ListUploads(dynamodb(), settings.campaigns_table(), s3(), settings.campaigns_bucket(), now)


def executions() -> ExecutionDesk:
    """The executions, for those who only read them."""
    return _desk()


def steering() -> ExecutionDesk:
    """The executions, for those who begin and steer them."""
    from switchboard.bootstrap.dialling import desk

    return desk()


@cache
def _desk() -> ExecutionDesk:
    from switchboard.bootstrap.dialling import dialling
    from switchboard.campaigns.dialling.desk import ExecutionDesk, NullDriver

    return ExecutionDesk(dialling(), NullDriver(), NullDriver(), now)


def clips() -> Clips:
    """Audio files as campaigns play them."""
    from switchboard.bootstrap.audio import audio_files

    def clip(account: str, id_: str) -> Clip | None:
        found = audio_files().get(account, id_)
        return found.clip if found else None

    return clip


def in_use() -> InUse:
    """What running tasks stand on."""
    from switchboard.campaigns.in_use import InUse

    return InUse(kept_tasks(), executions())


def keep_settings() -> KeepSettings:
    """Changes settings."""
    from switchboard.campaigns.settings import KeepSettings

    return KeepSettings(kept_settings(), in_use(), now)


def keep_groups() -> KeepGroups:
    """Makes and changes groups."""
    from switchboard.campaigns.groups import KeepGroups

    return KeepGroups(kept_groups(), audiences(), in_use(), now)


def upload_lists() -> UploadLists:
    """Makes groups of what clients put into the bucket."""
    from switchboard.campaigns.uploads import UploadLists

    return UploadLists(uploads(), keep_groups(), new_id)


def shelves() -> TaskResources:
    """What tasks are put together from."""
    from switchboard.campaigns.tasks import TaskResources

    return TaskResources(kept_settings(), kept_groups(), clips())


def keep_tasks() -> KeepTasks:
    """Makes and changes tasks."""
    from switchboard.campaigns.tasks import KeepTasks

    return KeepTasks(kept_tasks(), shelves(), in_use(), now)


def start_task() -> StartTask:
    """Starts tasks."""
    from switchboard.campaigns.start import StartTask

    return StartTask(
        tasks=kept_tasks(),
        make_plan=make_plan(),
        audiences=snapshots(),
        holds=holds(),
        executions=steering(),
        channels=channels(),
        accounts=accounts(),
        clock=now,
        new_id=new_id,
    )


def try_task() -> TryTask:
    """Says what a start would come to."""
    from switchboard.bootstrap.restrictions import restrict
    from switchboard.campaigns.dry_run import TryTask

    return TryTask(kept_tasks(), make_plan(), executions(), channels(), restrict(), accounts(), now)


def make_plan() -> MakePlan:
    """Puts a task's parts together."""
    from switchboard.campaigns.plan import MakePlan

    return MakePlan(shelves(), audiences())


def channels() -> Channels:
    """Whether an account can place calls."""
    from switchboard.campaigns.start import Channels

    return Channels(executions(), accounts_table().telephonies)


def read_report() -> ReadReport:
    """Reads executions and their subscribers."""
    from functools import partial

    from switchboard.bootstrap.emails import postings
    from switchboard.campaigns.emails.send import emailed
    from switchboard.campaigns.report import ReadReport

    return ReadReport(executions(), snapshots(), partial(emailed, postings()))


def new_id() -> str:
    """An id as the document shows them."""
    return str(uuid4())
