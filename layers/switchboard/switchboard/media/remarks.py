"""Warnings about the sound of a file that can be played."""

from __future__ import annotations

from switchboard.campaigns.audio.decoded import DecodedAudio
from switchboard.kernel.campaign_audio import AudioLevels

FAINT = -40.0  # LUFS
LONG = 2.0  # seconds of silence at an end
BRIEF = 1.0  # seconds of sound
FEW = 3  # clipped places that nobody hears
LOST = 9.0  # dB that a mix of two channels loses
OFF = 0.02  # of full scale, a constant offset


def remarks_on(found: DecodedAudio, levels: AudioLevels, offset: float) -> tuple[str, ...]:
    """Return the words for what somebody should listen to before a campaign plays the file."""
    told = {
        "quiet": levels.loudness_before < FAINT,
        "clipped": levels.clipped > FEW,
        "channels_cancel": found.loss > found.most_loss - LOST,
        "offset": abs(offset) > OFF,
        "silence_start": levels.silence_start > LONG,
        "silence_end": levels.silence_end > LONG,
        "short": found.seconds - levels.silence_start - levels.silence_end < BRIEF,
        "damaged": found.damaged > 0,
    }
    return tuple(word for word, so in told.items() if so)
