"""What an execution waits for."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from switchboard.campaigns.dialling.state import Dialler, DiallingState, Line
from switchboard.campaigns.dialling.waiting import waiting_of
from switchboard.kernel.campaign import Execution, Limits, Phase, Window
from switchboard.kernel.campaign_outcome import Waiting
from tests.support.builders import NOON
from tests.support.campaigns import a_profile, an_execution

LIMITS = Limits(channels=2)
EVENING = Window(time(18), time(20))


def later(**seconds: float) -> datetime:
    return NOON + timedelta(**seconds)


def state(*lines: Line, **dialler: Any) -> DiallingState:
    return DiallingState(Dialler("acme", limits=LIMITS, **dialler), {}, {line.channel: line for line in lines})


def line(channel: int, execution: str, **changed: Any) -> Line:
    made = Line(channel, f"c{channel}", execution, 0, 0, "79000000000", 1, NOON, later(seconds=200))
    return replace(made, **changed)


def execution(**changed: Any) -> Execution:
    return an_execution(size=5, settings=a_profile(window=changed.pop("window", Window())), timezone="UTC", **changed)


@pytest.mark.parametrize(
    ("found", "at", "waiting"),
    [
        (execution(), NOON, None),
        (execution(window=EVENING), NOON, Waiting("window", later(hours=6))),
        (execution(window=EVENING), later(hours=7), None),
        (execution(wave_at=later(seconds=60)), NOON, Waiting("next_wave", later(seconds=60))),
        (execution(wave_at=later(seconds=60), window=EVENING), NOON, Waiting("window", later(hours=6))),
        (execution(window=EVENING, phase=Phase.PAUSED), NOON, None),
    ],
)
def test_time_is_waited_for(found: Execution, at: datetime, waiting: Waiting | None) -> None:
    """The window, or the delay between waves; a paused execution waits for somebody."""
    assert waiting_of(state(), found, at) == waiting


def test_the_telephony_is_waited_for() -> None:
    """After its refusals; without channels; or while other campaigns have all of them."""
    found, until = execution(), later(seconds=30)
    assert waiting_of(state(back_off=3, back_off_until=until), found, NOON) == Waiting("telephony_refuses", until)
    busy = state(line(0, "other"), line(1, "other"))
    assert waiting_of(busy, found, NOON) == Waiting("other_campaigns")
    assert waiting_of(state(line(0, "other")), found, NOON) is None
    none = DiallingState(Dialler("acme", limits=Limits(channels=0)))
    assert waiting_of(none, found, NOON) == Waiting("no_channels")


def test_an_end_that_is_not_told_is_waited_for() -> None:
    """When the call is over by all rules, until it counts as lost."""
    found = execution(cursor=5)
    ring, talk = found.settings.max_answer_delay, found.settings.max_call_duration
    rings, talks = line(0, found.id), line(0, found.id, answered_at=NOON)
    for lasting, seconds in ((rings, ring), (talks, talk)):
        assert waiting_of(state(lasting), found, later(seconds=seconds)) is None
        assert waiting_of(state(lasting), found, later(seconds=seconds + 6)) == Waiting("call_end", lasting.deadline)
    assert waiting_of(state(rings), replace(found, cursor=4), later(seconds=ring + 6)) is None
