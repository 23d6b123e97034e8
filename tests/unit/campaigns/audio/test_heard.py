"""Whether what was heard can be played."""

import pytest

from switchboard.campaigns.audio.heard import FAINTEST, SAID, Heard, Trouble, check
from switchboard.errors import Invalid, Refused, UnsupportedMedia

GOOD = {"samples": 80_000, "peak": 9000, "pieces": 100}


@pytest.mark.parametrize(
    "heard",
    [
        Heard(**GOOD),
        Heard(**GOOD, declared=10.0),
        Heard(**GOOD, declared=10.3),
        Heard(**GOOD, declared=3.0),
        Heard(**GOOD, damaged=2),
        Heard(80_000, FAINTEST, None, 100),
    ],
)
def test_what_is_nearly_whole_is_played(heard: Heard) -> None:
    """A length that is a little off, a piece that cannot be read, are no harm; nor is a faint voice."""
    check(heard)
    assert heard.seconds == 10


@pytest.mark.parametrize(
    ("heard", "says"),
    [
        (Heard(), "no sound"),
        (Heard(80_000, FAINTEST - 1, None, 100), "silent"),
        (Heard(**GOOD, declared=11.0), "cut off"),
        (Heard(**GOOD, cut_off=True), "cut off"),
        (Heard(**GOOD, damaged=3), "damaged"),
    ],
)
def test_what_would_be_a_lame_warning_is_400(heard: Heard, says: str) -> None:
    """Silence, half a file, a damaged one."""
    with pytest.raises(Invalid, match=says):
        check(heard)


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_its_words(trouble: Trouble) -> None:
    """And a status that says whether it is audio at all."""
    with pytest.raises(Refused) as told:
        check(Heard(trouble=trouble))
    assert told.value.message == SAID[trouble].message
    assert isinstance(told.value, UnsupportedMedia) == (trouble in {"unreadable", "no_audio", "video", "codec"})
