"""Audio of campaigns: added, spoken, served and removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import campaigns, now
from switchboard.bootstrap.accounts import permits, storage
from switchboard.bootstrap.adapters import audio_bucket, audio_conversion, audio_files, campaign_holds, polly
from switchboard.errors import NotFound

if TYPE_CHECKING:
    from switchboard.campaigns.audio.add import AddAudio, KeepAudio, ReplaceAudio
    from switchboard.campaigns.audio.manage import RemoveAudio
    from switchboard.campaigns.audio.ports import AudioInUse, Speaker
    from switchboard.campaigns.audio.serve import ServeAudio
    from switchboard.campaigns.audio.speak import SpeakText
    from switchboard.campaigns.audio.uploads import BeginUpload, CompleteUpload
    from switchboard.kernel.campaign_audio import Treatment

ESPEAK = "espeak-ng"


@cache
def keep_audio() -> KeepAudio:
    """Return what has audio converted and stored."""
    from switchboard.campaigns.audio.add import KeepAudio

    return KeepAudio(audio_files(), audio_bucket(), audio_conversion(), storage(), campaigns.new_id)


def default_treatment() -> Treatment:
    """Return what is done to the sound of a file whose request does not say."""
    from switchboard.kernel.campaign_audio import Treatment

    return Treatment(settings.audio_loudness(), settings.audio_trim())


def add_audio() -> AddAudio:
    """Return what adds a file."""
    from switchboard.campaigns.audio.add import AddAudio

    return AddAudio(keep_audio(), now)


def replace_audio() -> ReplaceAudio:
    """Return what replaces the bytes of a file."""
    from switchboard.campaigns.audio.add import ReplaceAudio

    return ReplaceAudio(keep_audio(), in_use())


def remove_audio() -> RemoveAudio:
    """Return what deletes a file."""
    from switchboard.campaigns.audio.manage import RemoveAudio

    return RemoveAudio(audio_files(), audio_bucket(), in_use(), storage(), now)


def begin_upload() -> BeginUpload:
    """Return what expects a file that the client puts into the bucket."""
    from switchboard.campaigns.audio.uploads import BeginUpload

    return BeginUpload(keep_audio(), campaigns.new_id, now)


def complete_upload() -> CompleteUpload:
    """Return what makes an audio file of an upload."""
    from switchboard.campaigns.audio.uploads import CompleteUpload

    return CompleteUpload(keep_audio(), now)


@cache
def serve_audio() -> ServeAudio:
    """Return what serves the bytes of a file."""
    from switchboard.campaigns.audio.serve import ServeAudio

    return ServeAudio(audio_files(), audio_bucket())


def play_audio() -> Callable[[tuple[str, ...]], tuple[int, Iterator[bytes]]]:
    """Return what finds the audio of a signed path, as its size and its bytes. It raises NotFound."""
    from switchboard.bootstrap.accounts import token_key
    from switchboard.telephony.asterisk.media import key_in

    def play(parts: tuple[str, ...]) -> tuple[int, Iterator[bytes]]:
        key = key_in(parts, token_key(), now())
        size = audio_bucket().size(key)
        if size is None:
            raise NotFound("There is no such audio.", "audio")
        return size, audio_bucket().read(key, 0, size - 1)

    return play


@cache
def speak_text() -> SpeakText:
    """Return the conversion of text to speech."""
    from switchboard.campaigns.audio.speak import SpeakText

    return SpeakText(add_audio(), speaker(settings.speech_engine()), default_treatment(), permits().take_speech)


def speaker(engine: str) -> Speaker | None:
    """Return the engine of this name; None if there is none."""
    from shutil import which

    if engine == "polly":
        return polly()
    program = which(ESPEAK) if engine == ESPEAK else None
    if program is None:
        return None
    from switchboard.media.espeak import EspeakSpeaker

    return EspeakSpeaker(program)


def in_use() -> AudioInUse:
    """Return the test for files that a campaign plays. The campaign is being started, or has not ended."""
    from switchboard.campaigns.in_use import ResourceKind

    running, held = campaigns.in_use(), campaign_holds().held
    return lambda account, audio_id: (
        running(account, ResourceKind.AUDIO, audio_id) or held(account, ResourceKind.AUDIO.value, audio_id, now())
    )
