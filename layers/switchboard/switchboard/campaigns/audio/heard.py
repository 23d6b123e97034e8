"""What a decoder made of a file, and whether that is audio that a campaign can play."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from switchboard.campaigns.audio.kinds import HOW
from switchboard.errors import Invalid, Refused, UnsupportedMedia
from switchboard.kernel.campaign_audio import LONGEST

RATE = 8000  # samples a second of all that is kept
FAINTEST = 33  # of 32768: what stays below, -60 dB of full scale, is silence
BEARABLE = 0.02  # share of the pieces
SLACK, SHARE = 0.25, 0.02  # seconds, and share of its length, by which a file may be shorter than it says


class Trouble(StrEnum):
    """Why a decoder gave up."""

    UNREADABLE = "unreadable"  # not what its first bytes promise
    NO_AUDIO = "no_audio"
    VIDEO = "video"
    CODEC = "codec"  # an encoding that is not taken
    TOO_LONG = "too_long"
    TOO_COSTLY = "too_costly"  # more time or memory than there is


@dataclass(frozen=True, slots=True)
class Heard:
    """`samples` came out, the loudest of them `peak`; `declared` is how many seconds the file says it has.

    Of the `pieces` that it came in, `damaged` could not be read; `cut_off` is whether the last of them is not whole.
    """

    samples: int = 0
    peak: int = 0
    declared: float | None = None
    pieces: int = 0
    damaged: int = 0
    cut_off: bool = False
    trouble: Trouble | None = None

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return self.samples / RATE


SAID: dict[Trouble, Refused] = {
    Trouble.UNREADABLE: UnsupportedMedia(
        "The file begins as audio and cannot be read as such: it is something else, or cut off."
    ),
    Trouble.NO_AUDIO: UnsupportedMedia(HOW),
    Trouble.VIDEO: UnsupportedMedia("This is video; send its sound alone."),
    Trouble.CODEC: UnsupportedMedia("The audio is in an encoding that is not taken; mp3 and wav always are."),
    Trouble.TOO_LONG: Invalid(f"The audio is longer than {LONGEST} seconds."),
    Trouble.TOO_COSTLY: Invalid("To decode the audio takes more time or memory than a file may."),
}


def check(heard: Heard) -> None:
    """Nothing where it can be played; else Invalid or UnsupportedMedia, which say why not."""
    if heard.trouble is not None:
        said = SAID[heard.trouble]
        raise type(said)(said.message)
    if heard.samples == 0:
        raise Invalid("There is no sound in the file.")
    if is_cut_off(heard):
        raise Invalid(f"The file is cut off: {heard.seconds:.1f} seconds are there, and it is longer.")
    if heard.damaged > heard.pieces * BEARABLE:
        raise Invalid(f"The file is damaged: {heard.damaged} of {heard.pieces} pieces cannot be read.")
    if heard.peak < FAINTEST:
        raise Invalid("The file is silent.")


def is_cut_off(heard: Heard) -> bool:
    """Whether there is less than the file says."""
    declared = heard.declared or 0
    return heard.cut_off or heard.seconds < declared * (1 - SHARE) - SLACK
