"""Audio of campaigns: its use cases with their adapters, each built when it is first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now

if TYPE_CHECKING:
    from switchboard.aws.audio_bucket import AudioBucket
    from switchboard.aws.audio_files_table import AudioFilesTable
    from switchboard.campaigns.audio.add import AddAudio, KeepAudio, ReplaceAudio
    from switchboard.campaigns.audio.manage import RemoveAudio
    from switchboard.campaigns.audio.ports import AudioInUse, Speaker
    from switchboard.campaigns.audio.serve import ServeAudio
    from switchboard.campaigns.audio.speak import SpeakText
    from switchboard.campaigns.audio.uploads import BeginUpload, CompleteUpload

ESPEAK = "espeak-ng"


@cache
def audio_files() -> AudioFilesTable:
    """The rows."""
    from switchboard.aws.audio_files_table import AudioFilesTable
    from switchboard.aws.clients import dynamodb

    return AudioFilesTable(dynamodb(), settings.campaigns_table())


@cache
def audio_store() -> AudioBucket:
    """The bytes."""
    from switchboard.aws.audio_bucket import AudioBucket
    from switchboard.aws.clients import s3

    return AudioBucket(s3(), settings.campaigns_bucket())


@cache
def keep_audio() -> KeepAudio:
    """Converts and keeps; for functions that have the layer with PyAV."""
    from switchboard.campaigns.audio.add import KeepAudio
    from switchboard.media.converter import ChildConverter
    from switchboard.observability.logs import audio_converted

    return KeepAudio(audio_files(), audio_store(), ChildConverter(report=audio_converted))


@cache
def add_audio() -> AddAudio:
    """Adds a file."""
    from switchboard.campaigns.audio.add import AddAudio

    return AddAudio(keep_audio(), now)


@cache
def replace_audio() -> ReplaceAudio:
    """Gives a file other bytes."""
    from switchboard.campaigns.audio.add import ReplaceAudio

    return ReplaceAudio(keep_audio(), in_use())


@cache
def remove_audio() -> RemoveAudio:
    """Deletes a file."""
    from switchboard.campaigns.audio.manage import RemoveAudio

    return RemoveAudio(audio_files(), audio_store(), in_use(), now)


@cache
def begin_upload() -> BeginUpload:
    """Expects a file that the client puts into the store itself."""
    from uuid import uuid4

    from switchboard.campaigns.audio.uploads import BeginUpload

    return BeginUpload(keep_audio(), lambda: str(uuid4()), now)


@cache
def complete_upload() -> CompleteUpload:
    """Makes a file of what has been put there."""
    from switchboard.campaigns.audio.uploads import CompleteUpload

    return CompleteUpload(keep_audio(), now)


@cache
def serve_audio() -> ServeAudio:
    """The use case behind `content`."""
    from switchboard.campaigns.audio.serve import ServeAudio

    return ServeAudio(audio_files(), audio_store())


@cache
def speak_text() -> SpeakText:
    """Text to speech."""
    from switchboard.campaigns.audio.speak import SpeakText

    return SpeakText(add_audio(), speaker(settings.speech_engine()))


def speaker(engine: str) -> Speaker | None:
    """What speaks; None where nothing does."""
    from shutil import which

    if engine == "polly":
        from switchboard.aws.clients import polly
        from switchboard.aws.polly import PollySpeaker

        return PollySpeaker(polly())
    program = which(ESPEAK) if engine == ESPEAK else None
    if program is None:
        return None
    from switchboard.media.espeak import EspeakSpeaker

    return EspeakSpeaker(program)


@cache
def in_use() -> AudioInUse:
    """Whether a campaign that is not over plays a file, or one that is just being started is about to."""
    from switchboard.bootstrap.campaigns import holds, in_use
    from switchboard.campaigns.in_use import ResourceKind

    running, held = in_use(), holds().held
    return lambda account, audio_id: (
        running(account, ResourceKind.AUDIO, audio_id) or held(account, ResourceKind.AUDIO.value, audio_id, now())
    )
