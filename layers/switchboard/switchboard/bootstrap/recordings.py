"""Recordings: expected, fetched, served and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import account_states, storage
from switchboard.bootstrap.adapters import (
    accounts,
    event_queue,
    fetch_workflow,
    operations,
    recordings,
    recordings_bucket,
)

if TYPE_CHECKING:
    from switchboard.recordings.expect import ExpectRecording
    from switchboard.recordings.fetch import FetchRecording
    from switchboard.recordings.manage import DeleteRecording, RetryRecording
    from switchboard.recordings.model import Recording
    from switchboard.recordings.ports import RecordingOpener
    from switchboard.recordings.serve import ServeRecording
    from switchboard.recordings.uploads import KeepUpload

# Seconds for a download. The function has 900 seconds: the rest is for its other work.
DOWNLOAD = 780.0


@cache
def expect_recording() -> ExpectRecording:
    """Return the follower of applied events that starts the fetch of a named recording."""
    from switchboard.dialects.registry import requested_recordings
    from switchboard.recordings.expect import ExpectRecording

    ready_after = {name: one.ready_after for name, one in requested_recordings().items()}
    return ExpectRecording(recordings(), fetch_workflow(), now, ready_after)


@cache
def fetch_recording() -> FetchRecording:
    """Return the turns of the workflow that fetches a recording."""
    from switchboard.recordings.copy import CopyToStore
    from switchboard.recordings.fetch import FetchRecording, Schedule
    from switchboard.recordings.measure import measured

    return FetchRecording(
        recordings=recordings(),
        workflows=fetch_workflow(),
        store=recordings_bucket(),
        copy=CopyToStore(recordings_bucket(), measured),
        openers=_openers(),
        retention=_retention,
        schedule=Schedule(settings.recording_schedule(), account_states().time_suspended),
        queue=event_queue(),
        operations=operations(),
        clock=now,
        is_suspended=account_states().is_suspended,
        storage=storage(),
    )


def _openers() -> Mapping[str, RecordingOpener]:
    """Return the openers of references, by their schemes."""
    from switchboard.bootstrap.network import guard
    from switchboard.bootstrap.vendors import upstream_credentials
    from switchboard.kernel.uploads import SCHEME
    from switchboard.net.download import Download
    from switchboard.net.session import vetted_session
    from switchboard.recordings.generated import GeneratedRecordings
    from switchboard.recordings.uploads import UploadedRecordings
    from switchboard.telephony.simulator.model import NAME
    from switchboard.telephony.simulator.recording import mp3_of

    download = Download(vetted_session(guard()), upstream_credentials(), DOWNLOAD, now)
    uploaded = UploadedRecordings(recordings_bucket())
    made = GeneratedRecordings(NAME, mp3_of)
    openers: Mapping[str, RecordingOpener] = {"http": download, "https": download, NAME: made, SCHEME: uploaded}
    return {**openers, **_requested()}


def _requested() -> Mapping[str, RecordingOpener]:
    """Return the openers of the dialects whose recordings are asked for, by dialect."""
    from switchboard.bootstrap.network import guard
    from switchboard.bootstrap.vendors import ask_recording_link
    from switchboard.dialects.registry import requested_recordings
    from switchboard.net.download import Download
    from switchboard.net.session import vetted_session
    from switchboard.recordings.requested import NoCredentials, RequestedRecordings

    download = Download(vetted_session(guard()), NoCredentials(), DOWNLOAD, now)
    return {name: RequestedRecordings(partial(ask_recording_link, name), download) for name in requested_recordings()}


@cache
def keep_upload() -> KeepUpload:
    """Return what stores the recordings that a telephony uploads."""
    from switchboard.recordings.uploads import KeepUpload

    return KeepUpload(recordings_bucket())


@cache
def serve_recording() -> ServeRecording:
    """Return what serves the files behind *record* and *voicemail*."""
    from switchboard.recordings.serve import ServeRecording

    return ServeRecording(recordings(), recordings_bucket(), now)


def retry_recording() -> RetryRecording:
    """Return what fetches a dead recording anew."""
    from switchboard.recordings.manage import RetryRecording

    return RetryRecording(recordings(), fetch_workflow(), now)


def delete_recording() -> DeleteRecording:
    """Return what deletes a recording on request."""
    from switchboard.recordings.manage import DeleteRecording

    return DeleteRecording(recordings(), recordings_bucket(), now, storage())


def watch_recordings(*, at_once: bool) -> list[Recording]:
    """Restart the workflows of recordings that are overdue; `at_once` those of all that are waited for."""
    from switchboard.recordings.watch import WatchRecordings

    watch = WatchRecordings(recordings(), fetch_workflow(), now)
    return watch.start_all() if at_once else watch()


def _retention(account: str) -> int:
    found = accounts().get(account)
    return found.recording_days if found else 365
