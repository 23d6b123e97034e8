"""What happens in a simulated call, and when."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.errors import Invalid
from switchboard.kernel.call import Disposition, Kind
from switchboard.telephony.model import OriginateRequest, PlaceCallRequest, PlayedAudio, SuccessKind, SuccessRule
from switchboard.telephony.simulator.model import ScriptStep, SimulatorSettings
from switchboard.telephony.simulator.outcomes import OUTCOMES, Behaviour, behaviour_of
from switchboard.telephony.simulator.script import script

SETTINGS = SimulatorSettings(ring=5, talk=20)
SUFFIX = {behaviour: f"{first:02d}" for first, _, behaviour in reversed(OUTCOMES)}
AUDIO = (PlayedAudio("hello.wav", 4.0), PlayedAudio("please.wav", 6.0))
DIGITS = SuccessRule(SuccessKind.DIGITS, digits=("1", "2"))
WHOLE = SuccessRule(SuccessKind.PLAYED_WHOLE)

Told = list[tuple[float, Kind]]


def originate(behaviour: Behaviour, settings: SimulatorSettings = SETTINGS) -> tuple[ScriptStep, ...]:
    return script(OriginateRequest("cmd", "acme", "104", f"790123456{SUFFIX[behaviour]}"), settings)


def place(behaviour: Behaviour, success: SuccessRule = WHOLE, **fields: Any) -> tuple[ScriptStep, ...]:
    order = {"command": "cmd", "account": "acme", "audio": AUDIO, "success": success, **fields}
    return script(PlaceCallRequest(number=f"790123456{SUFFIX[behaviour]}", **order), SETTINGS)


def told(steps: tuple[ScriptStep, ...]) -> Told:
    return [(step.at, step.kind) for step in steps if step.told]


def test_every_suffix_means_one_thing() -> None:
    """From 00 to 99, without a gap or an overlap."""
    covered = [suffix for first, last, _ in OUTCOMES for suffix in range(first, last + 1)]
    assert covered == list(range(100))


@pytest.mark.parametrize(("first", "last", "behaviour"), OUTCOMES)
def test_a_number_does_what_its_last_two_digits_say(first: int, last: int, behaviour: Behaviour) -> None:
    """Whatever stands before them."""
    for suffix in (f"{first:02d}", f"{last:02d}"):
        assert behaviour_of(f"+79012345{suffix}") is behaviour_of(suffix) is behaviour


@pytest.mark.parametrize("number", ["", "+1", "7", "ab"])
def test_a_number_without_two_digits_is_invalid(number: str) -> None:
    """It says nothing."""
    with pytest.raises(Invalid):
        behaviour_of(number)


def test_an_originated_call_rings_the_extension_first() -> None:
    """Then the number, and the talk begins with its answer."""
    steps = originate(Behaviour.LISTENS)
    assert told(steps) == [
        (0, Kind.CALL_STARTED),
        (0, Kind.LEG_STARTED),
        (7, Kind.CALL_ANSWERED),
        (27, Kind.CALL_ENDED),
    ]
    assert [step.extension for step in steps] == ["104", "104", "104", ""]
    assert (steps[-1].disposition, steps[-1].duration, steps[-1].talk) == (Disposition.ANSWERED, 27, 20)


ENDS = [
    (Behaviour.HANGS_UP, 9, Disposition.ANSWERED, 2),
    (Behaviour.PRESSES, 27, Disposition.ANSWERED, 20),
    (Behaviour.PRESSES_WRONG, 27, Disposition.ANSWERED, 20),
    (Behaviour.BUSY, 3, Disposition.BUSY, 0),
    (Behaviour.NO_ANSWER, 62, Disposition.NO_ANSWER, 0),
    (Behaviour.INVALID, 3, Disposition.INVALID_NUMBER, 0),
    (Behaviour.CONGESTION, 3, Disposition.CONGESTION, 0),
]


@pytest.mark.parametrize(("behaviour", "at", "disposition", "talk"), ENDS)
def test_an_originated_call_ends_as_its_number_says(
    behaviour: Behaviour, at: int, disposition: Disposition, talk: int
) -> None:
    """And nobody answers one that is refused."""
    steps = originate(behaviour)
    end = steps[-1]
    assert (end.kind, end.at, end.disposition, end.duration, end.talk) == (Kind.CALL_ENDED, at, disposition, at, talk)
    assert (Kind.CALL_ANSWERED in {step.kind for step in steps}) is bool(talk)


def test_the_end_of_a_call_may_stay_untold() -> None:
    """It ends all the same, and frees its channel."""
    steps = originate(Behaviour.NEVER_ENDS)
    assert told(steps)[-1] == (7, Kind.CALL_ANSWERED)
    assert (steps[-1].at, steps[-1].kind, steps[-1].told) == (27, Kind.CALL_ENDED, False)


def test_a_placed_call_plays_everything() -> None:
    """One piece after the other, and is over with the last."""
    steps = place(Behaviour.LISTENS)
    assert told(steps) == [
        (0, Kind.CALL_STARTED),
        (5, Kind.CALL_ANSWERED),
        (9, Kind.PLAYBACK_ENDED),
        (15, Kind.PLAYBACK_ENDED),
        (15, Kind.CALL_ENDED),
    ]
    assert [step.details for step in steps[2:4]] == [
        {"key": "hello.wav", "played": 4.0, "whole": True, "last": False},
        {"key": "please.wav", "played": 6.0, "whole": True, "last": True},
    ]


def test_a_placed_call_waits_for_digits_that_are_asked_for() -> None:
    """Five seconds after the last of the audio."""
    assert place(Behaviour.LISTENS, DIGITS)[-1].at == 20


def test_who_hangs_up_hears_two_seconds() -> None:
    """The rest is not played."""
    steps = place(Behaviour.HANGS_UP)
    assert told(steps)[2:] == [(7, Kind.PLAYBACK_ENDED), (7, Kind.CALL_ENDED)]
    assert steps[2].details == {"key": "hello.wav", "played": 2.0, "whole": False, "last": False}


def test_who_presses_what_was_asked_for_is_let_go() -> None:
    """A second later, whatever is still to be played."""
    steps = place(Behaviour.PRESSES, DIGITS)
    assert told(steps)[2:] == [(8, Kind.DIGIT_PRESSED), (9, Kind.PLAYBACK_ENDED), (9, Kind.CALL_ENDED)]
    assert steps[2].details == {"digit": "1"}


def test_several_digits_are_pressed_one_after_the_other() -> None:
    """Half a second between them."""
    steps = place(Behaviour.PRESSES, SuccessRule(SuccessKind.DIGITS, digits=("42",)))
    assert [(step.at, step.details["digit"]) for step in steps if step.kind is Kind.DIGIT_PRESSED] == [
        (8, "4"),
        (8.5, "2"),
    ]


def test_who_is_asked_for_nothing_presses_nothing() -> None:
    """And listens to the end."""
    assert told(place(Behaviour.PRESSES)) == told(place(Behaviour.LISTENS))


def test_who_presses_wrong_stays() -> None:
    """The digit is none of those asked for, and the message goes on."""
    steps = place(Behaviour.PRESSES_WRONG, DIGITS)
    (pressed,) = [step for step in steps if step.kind is Kind.DIGIT_PRESSED]
    assert pressed.details == {"digit": "0"}
    assert steps[-1].at == 20


def test_a_placed_call_rings_no_longer_than_it_may() -> None:
    """Neither where nobody is there nor where somebody would come later."""
    for behaviour, ring_for in ((Behaviour.NO_ANSWER, 12), (Behaviour.LISTENS, 4)):
        end = place(behaviour, ring_for=ring_for)[-1]
        assert (end.at, end.disposition) == (ring_for, Disposition.NO_ANSWER)


def test_a_placed_call_lasts_no_longer_than_it_may() -> None:
    """From the answer on."""
    steps = place(Behaviour.LISTENS, last_for=6)
    assert told(steps)[2:] == [(9, Kind.PLAYBACK_ENDED), (11, Kind.PLAYBACK_ENDED), (11, Kind.CALL_ENDED)]


numbers = st.from_regex(r"\+?[0-9]{2,15}", fullmatch=True)
settings = st.builds(SimulatorSettings, ring=st.floats(0, 60), talk=st.floats(1, 3600))
successes = st.builds(
    SuccessRule,
    st.sampled_from(SuccessKind),
    st.floats(0, 60),
    st.lists(st.text("0123456789*#", min_size=1)).map(tuple),
)
placed = st.builds(
    PlaceCallRequest,
    command=st.just("cmd"),
    account=st.just("acme"),
    number=numbers,
    audio=st.lists(st.builds(PlayedAudio, st.just("a.wav"), st.floats(0.1, 60)), max_size=4).map(tuple),
    success=successes,
    ring_for=st.floats(1, 120),
    last_for=st.floats(1, 600),
)
originated = st.builds(
    OriginateRequest, command=st.just("cmd"), account=st.just("acme"), extension=st.just("104"), number=numbers
)


@given(st.one_of(placed, originated), settings)
def test_whatever_is_ordered_has_one_start_and_one_end(
    order: OriginateRequest | PlaceCallRequest, chosen: SimulatorSettings
) -> None:
    """In order of time, the start first and the end last, and always the same."""
    steps = script(order, chosen)
    kinds = [step.kind for step in steps]
    assert kinds[0] is Kind.CALL_STARTED
    assert kinds[-1] is Kind.CALL_ENDED
    assert (kinds.count(Kind.CALL_STARTED), kinds.count(Kind.CALL_ENDED)) == (1, 1)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert script(order, chosen) == steps
    end = steps[-1]
    assert end.duration is not None
    assert end.talk is not None
    assert 0 <= end.talk <= end.duration
