from datetime import timedelta
from typing import Any

import pytest

from switchboard.kernel.call import Call, Disposition, Kind
from tests.support.builders import NOON, an_event
from tests.unit.builders import folded


def a_call(start: float | None = 0, answer: float | None = None, end: float | None = None, **told: Any) -> Call:
    """A call by the seconds of its start, answer and end; the end tells the rest."""
    times = {Kind.CALL_STARTED: start, Kind.CALL_ANSWERED: answer, Kind.CALL_ENDED: end}
    return folded(
        an_event(kind.value, kind=kind, at=NOON + timedelta(seconds=at), **(told if kind is Kind.CALL_ENDED else {}))
        for kind, at in times.items()
        if at is not None
    )


def durations(call: Call) -> tuple[int | None, int | None, int | None]:
    return call.duration, call.talk_duration, call.wait_duration


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (a_call(0, 12, 125, duration=120, talk_duration=110, wait_duration=10), (120, 110, 10)),
        (a_call(0, 12, 125), (125, 113, 12)),
        (a_call(0, None, 125, talk_duration=113), (125, 113, 12)),
        (a_call(0, 12, 20, duration=64), (20, 8, 12)),
        (a_call(0, None, 31), (31, 0, 31)),
        (a_call(None, None, 31), (0, 0, 0)),
        (a_call(None, None, 31, talk_duration=26), (26, 26, 0)),
        (a_call(None, 12, 31), (19, 19, 0)),
        (a_call(0, None, 31, talk_duration=40), (31, 31, 0)),
        (a_call(None, None, 31, duration=64, disposition=Disposition.ANSWERED), (64, 64, 0)),
        (a_call(0, None, 31, disposition=Disposition.ANSWERED), (31, 31, 0)),
        (a_call(0, None, 31, disposition=Disposition.ANSWERED, wait_duration=6), (31, 25, 6)),
        (a_call(0, 50, 40), (40, 0, 40)),
        (a_call(0, 12), (None, None, 12)),
        (a_call(0), (None, None, None)),
    ],
)
def test_durations_are_told_or_reckoned(call: Call, expected: tuple[int | None, int | None, int | None]) -> None:
    """What was told stands unless the call was too short for it; the rest follows from it and from the times."""
    assert durations(call) == expected


def test_an_answered_call_has_a_conversation() -> None:
    """Where nobody told when it was answered, what is known of the call counts as talk, not as nothing."""
    call = a_call(None, None, 31, duration=42, disposition=Disposition.ANSWERED)
    assert (call.answered, call.talk_duration) == (True, 42)


@pytest.mark.parametrize(
    ("call", "answered"),
    [
        (a_call(0, 12), True),
        (a_call(0, None, 31, talk_duration=1), True),
        (a_call(0, None, 31, disposition=Disposition.ANSWERED), True),
        (a_call(0, None, 31, talk_duration=0), False),
        (a_call(0, None, 31, disposition=Disposition.BUSY), False),
        (a_call(0), False),
    ],
)
def test_a_call_was_answered_if_anything_says_so(call: Call, *, answered: bool) -> None:
    """An answer, a conversation, or a disposition."""
    assert call.answered is answered


def test_what_nobody_told_is_not_known() -> None:
    """A fact is None until an event tells it."""
    assert a_call().known("trunk") is None


def test_order_is_kept_within_a_call() -> None:
    """Events of a call share a lane; events of no call share that of their source."""
    assert an_event().lane == "call-1"
    assert an_event(call_id="").lane == "source:s-office"
