"""The conversion of audio, for the one function that has the layer with PyAV."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap.adapters import audio_bucket

if TYPE_CHECKING:
    from switchboard.campaigns.audio.convert import ConvertAudio


@cache
def convert_audio() -> ConvertAudio:
    """Return what converts an original of the store. Credentials in the environment are closed to children."""
    from switchboard.campaigns.audio.convert import ConvertAudio
    from switchboard.media.bounded import hide_environment
    from switchboard.media.converter import ChildConverter
    from switchboard.observability.logs import audio_converted

    hide_environment()
    return ConvertAudio(audio_bucket(), ChildConverter(report=audio_converted))
