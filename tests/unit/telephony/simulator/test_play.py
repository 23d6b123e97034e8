"""How a simulated call goes on."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from switchboard.errors import Conflict
from switchboard.kernel.call import Disposition, Kind
from switchboard.telephony.model import Action, OriginateRequest
from switchboard.telephony.simulator.model import SimulatedCall, SimulatorSettings
from switchboard.telephony.simulator.play import hung_up, moment_of, play, redirected, wait_for
from switchboard.telephony.simulator.script import script
from tests.support.builders import NOON

ORDER = OriginateRequest("cmd", "acme", "104", "79012345600")


def a_call(**fields: Any) -> SimulatedCall:
    """Started at noon, answered at 7 s, over at 27 s."""
    defaults: dict[str, Any] = {
        "account": "acme",
        "id": "c1",
        "command": "cmd",
        "action": Action.ORIGINATE,
        "number": ORDER.number,
        "caller_id": "104",
        "began_at": NOON,
        "speed": 1.0,
        "steps": script(ORDER, SimulatorSettings(ring=5, talk=20)),
        "holder": "104",
    }
    return SimulatedCall(**{**defaults, **fields})


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(("seconds", "done"), [(0, 2), (6.99, 2), (7, 3), (26.9, 3), (27, 4), (999, 4)])
def test_what_is_due_has_happened(seconds: float, done: int) -> None:
    """Everything at once that fell due since the last time."""
    assert play(a_call(), after(seconds)).done == done


def test_what_happens_within_one_second_happens_at_once() -> None:
    """A queue holds back for whole seconds only."""
    call = a_call(speed=1000.0)
    assert play(call, NOON).ended


def test_time_passes_faster_by_the_speed() -> None:
    """On our clocks; the seconds of the talk are those of the simulation."""
    call = a_call(speed=2.0)
    assert play(call, after(3)).done == 3
    assert moment_of(call, call.steps[-1]) == after(13.5)
    assert call.steps[-1].talk == 20


def test_a_call_does_not_go_back() -> None:
    """Whatever the clock says."""
    assert play(a_call(done=3), after(-60)) == a_call(done=3)


@pytest.mark.parametrize(("done", "seconds", "wait"), [(0, 0, 0), (2, 0.5, 6.5), (3, 7, 20), (3, 40, 0)])
def test_the_next_turn_is_when_something_is_due(done: int, seconds: float, wait: float) -> None:
    """And now where it is overdue."""
    assert wait_for(a_call(done=done), after(seconds)) == wait


def test_a_call_that_is_hung_up_while_it_rings_is_cancelled() -> None:
    """Nobody talked."""
    call = hung_up(a_call(done=2), after(4))
    assert (len(call.steps), call.steps[:2]) == (3, a_call().steps[:2])
    end = call.steps[-1]
    assert (end.at, end.disposition, end.duration, end.talk) == (4, Disposition.CANCELLED, 4, 0)


def test_a_call_that_is_hung_up_during_the_talk_was_answered() -> None:
    """For as long as they talked."""
    end = hung_up(a_call(done=3), after(12)).steps[-1]
    assert (end.at, end.disposition, end.duration, end.talk) == (12, Disposition.ANSWERED, 12, 5)


def test_what_was_due_is_told_before_the_end() -> None:
    """An answer that no worker has come to yet is no reason for a cancelled call."""
    call = hung_up(a_call(done=0), after(12))
    assert [step.kind for step in call.steps] == [
        Kind.CALL_STARTED,
        Kind.LEG_STARTED,
        Kind.CALL_ANSWERED,
        Kind.CALL_ENDED,
    ]
    assert (call.done, call.steps[-1].talk) == (0, 5)


def test_the_end_of_a_call_that_never_tells_its_own_is_told() -> None:
    """Where it is hung up."""
    steps = script(replace(ORDER, number="79012345685"), SimulatorSettings(ring=5, talk=20))
    assert not steps[-1].told
    assert hung_up(a_call(steps=steps, done=3), after(10)).steps[-1].told


@pytest.mark.parametrize("done", [2, 3, 4])
def test_a_call_whose_end_is_due_cannot_be_hung_up_or_redirected(done: int) -> None:
    """There is one end, whether or not a worker has told it."""
    for change in (lambda call: hung_up(call, after(27)), lambda call: redirected(call, "105", after(27))):
        with pytest.raises(Conflict):
            change(a_call(done=done))


def test_a_redirected_call_goes_on_with_another_extension() -> None:
    """To the end that it would have had."""
    call = redirected(a_call(done=3), "105", after(10))
    assert [(step.at, step.kind, step.extension) for step in call.steps[3:]] == [
        (10, Kind.CALL_REDIRECTED, "105"),
        (27, Kind.CALL_ENDED, ""),
    ]
    assert call.holder == "105"


def test_a_redirect_is_later_than_the_answer() -> None:
    """Also where the answer was told before its time: of two extensions the later one has the call."""
    call = redirected(a_call(done=3, speed=10.0), "105", after(0.1))
    assert call.steps[3].at > call.steps[2].at
    assert moment_of(call, call.steps[3]) > moment_of(call, call.steps[2])


def test_a_call_that_nobody_answered_cannot_be_redirected() -> None:
    """There is nobody to be connected."""
    with pytest.raises(Conflict):
        redirected(a_call(done=2), "105", after(3))


def test_steps_stay_in_order_where_one_was_told_early() -> None:
    """The answer of second 7 of a fast call may be told before its time."""
    call = a_call(done=3, steps=script(ORDER, SimulatorSettings(ring=5.9, talk=20)))
    steps = hung_up(call, after(7.2)).steps
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert steps[-1].talk == 0
