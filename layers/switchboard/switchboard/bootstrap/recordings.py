"""Recordings: their use cases with their adapters, each built when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import accounts, event_queue, now, operations

if TYPE_CHECKING:
    from switchboard.aws.recordings_bucket import RecordingsBucket
    from switchboard.aws.recordings_table import RecordingsTable
    from switchboard.aws.workflows import FetchWorkflow
    from switchboard.recordings.expect import ExpectRecording
    from switchboard.recordings.fetch import FetchRecording
    from switchboard.recordings.manage import DeleteRecording, RetryRecording
    from switchboard.recordings.model import Recording
    from switchboard.recordings.ports import RecordingOpener
    from switchboard.recordings.serve import ServeRecording

# Seconds for a download; the function has 900, and is done with the rest in what is left.
DOWNLOAD = 780.0


@cache
def recordings() -> RecordingsTable:
    """The rows."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.recordings_table import RecordingsTable

    return RecordingsTable(dynamodb(), settings.recordings_table())


@cache
def store() -> RecordingsBucket:
    """The bytes."""
    from switchboard.aws.clients import s3
    from switchboard.aws.recordings_bucket import RecordingsBucket

    return RecordingsBucket(s3(), settings.recordings_bucket())


@cache
def workflows() -> FetchWorkflow:
    """The workflows that fetch."""
    from switchboard.aws.clients import stepfunctions
    from switchboard.aws.workflows import FetchWorkflow

    return FetchWorkflow(stepfunctions(), settings.fetch_workflow())


@cache
def expect_recording() -> ExpectRecording:
    """The follower of events that name recordings."""
    from switchboard.recordings.expect import ExpectRecording

    return ExpectRecording(recordings(), workflows(), now)


@cache
def fetch_recording() -> FetchRecording:
    """The use case behind the workflow."""
    from switchboard.recordings.copy import CopyToStore
    from switchboard.recordings.fetch import FetchRecording, Schedule
    from switchboard.recordings.measure import duration_of

    return FetchRecording(
        recordings=recordings(),
        workflows=workflows(),
        store=store(),
        copy=CopyToStore(store(), duration_of),
        openers=openers(),
        retention=_retention,
        schedule=Schedule(settings.recording_schedule()),
        queue=event_queue(),
        operations=operations(),
        clock=now,
    )


@cache
def openers() -> Mapping[str, RecordingOpener]:
    """Who reads references of which scheme."""
    from switchboard.bootstrap.upstream import credentials
    from switchboard.net.download import Download
    from switchboard.net.guard import Guard
    from switchboard.net.resolver import Resolver
    from switchboard.net.session import vetted_session
    from switchboard.recordings.generated import GeneratedRecordings
    from switchboard.telephony.simulator.model import NAME
    from switchboard.telephony.simulator.recording import mp3_of

    guard = Guard(Resolver(), allow_private=settings.allow_private_targets())
    download = Download(vetted_session(guard), credentials(), DOWNLOAD, now)
    return {"http": download, "https": download, NAME: GeneratedRecordings(NAME, mp3_of)}


@cache
def serve_recording() -> ServeRecording:
    """The use case behind *record* and *voicemail*."""
    from switchboard.recordings.serve import ServeRecording

    return ServeRecording(recordings(), store(), now)


@cache
def retry_recording() -> RetryRecording:
    """Has a dead one fetched anew."""
    from switchboard.recordings.manage import RetryRecording

    return RetryRecording(recordings(), workflows(), now)


@cache
def delete_recording() -> DeleteRecording:
    """Deletes one on request."""
    from switchboard.recordings.manage import DeleteRecording

    return DeleteRecording(recordings(), store(), now)


def watch_recordings(*, at_once: bool) -> list[Recording]:
    """Restart the workflows of recordings that are overdue; `at_once` those of all that are waited for."""
    from switchboard.recordings.watch import WatchRecordings

    watch = WatchRecordings(recordings(), workflows(), now)
    return watch.start_all() if at_once else watch()


def _retention(account: str) -> int:
    found = accounts().get(account)
    return found.recording_days if found else 365
