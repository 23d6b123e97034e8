"""Whether what was heard can be played."""

import pytest

from switchboard.campaigns.audio.decoded import FAINTEST, REFUSALS, DecodedAudio, DecodeFailure, check_playable
from switchboard.errors import Invalid, Refused, UnsupportedMedia

GOOD = {"samples": 80_000, "peak": 9000, "pieces": 100}


@pytest.mark.parametrize(
    "heard",
    [
        DecodedAudio(**GOOD),
        DecodedAudio(**GOOD, declared=10.0),
        DecodedAudio(**GOOD, declared=10.3),
        DecodedAudio(**GOOD, declared=3.0),
        DecodedAudio(**GOOD, damaged=2),
        DecodedAudio(80_000, FAINTEST, None, 100),
    ],
)
def test_what_is_nearly_whole_is_played(heard: DecodedAudio) -> None:
    """Small differences of length, one unreadable piece and a faint voice are accepted."""
    check_playable(heard)
    assert heard.seconds == 10


@pytest.mark.parametrize(
    ("heard", "says"),
    [
        (DecodedAudio(), "no sound"),
        (DecodedAudio(80_000, FAINTEST - 1, None, 100), "silent"),
        (DecodedAudio(**GOOD, declared=11.0), "cut off"),
        (DecodedAudio(**GOOD, cut_off=True), "cut off"),
        (DecodedAudio(**GOOD, damaged=3), "damaged"),
    ],
)
def test_what_would_be_a_lame_warning_is_400(heard: DecodedAudio, says: str) -> None:
    """Silence, half a file, a damaged one."""
    with pytest.raises(Invalid, match=says):
        check_playable(heard)


@pytest.mark.parametrize("trouble", DecodeFailure)
def test_every_trouble_has_its_words(trouble: DecodeFailure) -> None:
    """The status tells unplayable audio (400) from other data (415)."""
    with pytest.raises(Refused) as told:
        check_playable(DecodedAudio(trouble=trouble))
    assert told.value.message == REFUSALS[trouble].message
    assert isinstance(told.value, UnsupportedMedia) == (trouble in {"unreadable", "no_audio", "video", "codec"})
