"""The result of decoding a file, and the check whether a campaign can play the audio."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import log10

from switchboard.campaigns.audio.kinds import ACCEPTED
from switchboard.errors import Invalid, Refused, UnsupportedMedia
from switchboard.kernel.campaign_audio import LONGEST, AudioLevels, SourceForm

RATE = 8000  # samples a second of every rendition
FAINTEST = 33  # of 32768: audio with a peak below (-60 dB of full scale) is silence
NEARLY = -60.0  # LUFS; fainter audio is nearly silent, whatever its peak
CANCELLED = 15.0  # dB that a mix may be fainter than one or two channels; more channels may lose more
ASKS = "send ?quiet=true to have it played nevertheless."
BEARABLE = 0.02  # share of damaged pieces
SLACK, SHARE = 0.25, 0.02  # seconds, and share of its length, by which a file may be shorter than declared


class DecodeFailure(StrEnum):
    """Why a decoder stopped."""

    UNREADABLE = "unreadable"  # the content does not match the first bytes
    NO_AUDIO = "no_audio"
    VIDEO = "video"
    CODEC = "codec"  # an unsupported encoding
    TOO_LONG = "too_long"
    TOO_COSTLY = "too_costly"  # above the limits of time or memory


@dataclass(frozen=True, slots=True)
class DecodedAudio:
    """The decoder's result: the number of `samples`, their highest value `peak`, and the `declared` seconds.

    `damaged` counts the unreadable among the `pieces`; `cut_off` means that the last piece is incomplete. `written`
    counts the samples of a rendition. `loss` is how much fainter, in dB, the mix is than the channels.
    """

    samples: int = 0
    peak: int = 0
    declared: float | None = None
    pieces: int = 0
    damaged: int = 0
    cut_off: bool = False
    trouble: DecodeFailure | None = None
    written: int = 0
    loss: float = 0.0
    form: SourceForm | None = None
    levels: AudioLevels | None = None

    @property
    def seconds(self) -> float:
        """The length of the decoded audio."""
        return self.samples / RATE

    @property
    def most_loss(self) -> float:
        """The loss in dB above which the channels cancel each other, or lie outside of the telephone's band."""
        channels = self.form.channels if self.form else 1
        return CANCELLED + 20 * log10(max(channels, 2) / 2)


REFUSALS: dict[DecodeFailure, Refused] = {
    DecodeFailure.UNREADABLE: UnsupportedMedia(
        "The file begins as audio and cannot be read as such: it is something else, or cut off."
    ),
    DecodeFailure.NO_AUDIO: UnsupportedMedia(f"There is no audio in the file: {ACCEPTED}"),
    DecodeFailure.VIDEO: UnsupportedMedia("This is video; send its sound alone."),
    DecodeFailure.CODEC: UnsupportedMedia("The audio is in an encoding that is not taken; mp3 and wav always are."),
    DecodeFailure.TOO_LONG: Invalid(f"The audio is longer than {LONGEST} seconds."),
    DecodeFailure.TOO_COSTLY: Invalid("To decode the audio takes more time or memory than a file may."),
}


def check_playable(heard: DecodedAudio, *, quiet: bool = False) -> None:
    """Raise Invalid or UnsupportedMedia, with the reason, if a campaign cannot play the audio.

    `quiet` accepts audio that is silent, or nearly.
    """
    if heard.trouble is not None:
        said = REFUSALS[heard.trouble]
        raise type(said)(said.message)
    if heard.samples == 0:
        raise Invalid("There is no sound in the file.")
    if is_cut_off(heard):
        raise Invalid(f"The file is cut off: {heard.seconds:.1f} seconds are there, and it is longer.")
    if heard.damaged > max(1, heard.pieces * BEARABLE):
        raise Invalid(f"The file is damaged: {heard.damaged} of {heard.pieces} pieces cannot be read.")
    if not quiet:
        _check_audible(heard)


def _check_audible(heard: DecodedAudio) -> None:
    if heard.peak < FAINTEST:
        raise Invalid(f"The file is silent: {ASKS}")
    if heard.loss > heard.most_loss:
        raise Invalid(
            f"In one channel of a telephone the file is {heard.loss:.0f} dB fainter, so nearly silent: its channels "
            f"cancel each other, or it has no sound below 4 kHz. Send one channel, or {ASKS}"
        )
    if heard.levels and heard.levels.loudness_before < NEARLY:
        raise Invalid(f"The file is nearly silent, at {heard.levels.loudness_before:.0f} LUFS: {ASKS}")


def is_cut_off(heard: DecodedAudio) -> bool:
    """Whether the audio is shorter than declared, or its last piece is incomplete."""
    declared = heard.declared or 0
    return heard.cut_off or heard.seconds < declared * (1 - SHARE) - SLACK
