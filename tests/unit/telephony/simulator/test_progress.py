"""What the simulator tells of calls that were placed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.telephony.model import Action, PlaceCallRequest, PlayedAudio, SuccessKind, SuccessRule
from switchboard.telephony.progress import CallProgress, Stage
from switchboard.telephony.simulator.model import SimulatedCall, SimulatorSettings
from switchboard.telephony.simulator.progress import progress_of
from switchboard.telephony.simulator.script import script
from tests.support.builders import NOON

AUDIO = (PlayedAudio("hello.wav", 4.0), PlayedAudio("please.wav", 6.0))


CONFIRM = SuccessRule(SuccessKind.DIGITS, digits=("1",))


def placed(number: str, done: int | None = None, rule: SuccessRule = CONFIRM) -> SimulatedCall:
    """A call to a number, after so many of its steps."""
    order = PlaceCallRequest("x1.0.1.0", "acme", number, AUDIO, rule)
    steps = script(order, SimulatorSettings())
    call = SimulatedCall("acme", "c1", order.command, Action.PLACE, number, "", NOON, 1.0, steps)
    return replace(call, done=len(steps) if done is None else done)


def only(call: SimulatedCall, first: int = 0) -> CallProgress:
    (found,) = progress_of(call, first)
    return found


def test_an_answer_is_told() -> None:
    """With the moment of it."""
    told = only(placed("79012345600", done=2))
    assert (told.stage, told.command, told.rang_at) == (Stage.ANSWERED, "x1.0.1.0", NOON)
    assert told.at == told.answered_at == NOON + timedelta(seconds=5)
    assert [one.status for one in told.steps] == ["TRYING", "RINGING", "TALKING"]


def test_an_end_tells_everything() -> None:
    """What was played, what was pressed, and all that happened."""
    told = only(placed("79012345655"))
    assert (told.stage, told.disposition, told.digits) == (Stage.ENDED, "answered", "1")
    assert (told.played, told.whole, told.answered_at) == (4.0, False, NOON + timedelta(seconds=5))
    assert [one.status for one in told.steps] == [
        "TRYING",
        "RINGING",
        "TALKING",
        "DIGIT_PRESSED",
        "ENDED",
    ]


def test_what_was_played_to_its_end_is_whole() -> None:
    """All pieces of it."""
    told = only(placed("79012345600"))
    assert (told.played, told.whole) == (10.0, True)


@pytest.mark.parametrize(
    ("ends", "disposition", "rang"),
    [("65", "busy", False), ("70", "no_answer", True), ("75", "invalid_number", False), ("80", "congestion", False)],
)
def test_a_call_that_nobody_answers_says_why(ends: str, disposition: str, rang: bool) -> None:  # noqa: FBT001
    """And rang only where somebody could have heard it."""
    told = only(placed(f"790123456{ends}"))
    assert (told.stage, told.disposition, told.answered_at) == (Stage.ENDED, disposition, None)
    assert (told.rang_at is not None) is rang


def test_an_end_that_is_never_told_is_not() -> None:
    """Its answer is."""
    call = placed("79012345685")
    assert only(call).stage is Stage.ANSWERED
    assert list(progress_of(call, 2)) == []


def test_nothing_is_told_of_what_was_told_before() -> None:
    """Between answer and end there is nothing to say."""
    assert list(progress_of(placed("79012345600", done=3), 2)) == []
    assert list(progress_of(placed("79012345600", done=1), 1)) == []


def test_ringing_is_told_as_it_begins() -> None:
    """As the document prints: Trying with its SIP code. A call that is refused at once never rings."""
    told = only(placed("79012345600", done=1))
    assert (told.stage, told.at, told.rang_at, told.answered_at) == (Stage.RINGING, NOON, NOON, None)
    assert [(one.name, one.data) for one in told.steps] == [("Trying", "SIP_CODE:100"), ("Ringing", "SIP_CODE:180")]
    assert list(progress_of(placed("79012345665", done=1), 0)) == []


def test_a_call_that_hears_everything_ends_as_the_document_prints() -> None:
    """By AUDIO_DATA_FINISHED and NEED_TO_ABORT, without data; the store's keys stay inside."""
    told = only(placed("79012345600", rule=SuccessRule(SuccessKind.PLAYED_WHOLE)))
    last = told.steps[-1]
    assert (last.name, last.status, last.data) == ("AUDIO_DATA_FINISHED", "NEED_TO_ABORT", None)
    assert last.at == told.at
    waits = [(one.name, one.data) for one in only(placed("79012345600")).steps[-2:]]
    assert waits == [("AUDIO_DATA_FINISHED", None), ("CallEnded", "answered")]  # after the wait for a key
