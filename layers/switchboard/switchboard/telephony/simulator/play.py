"""The course of a simulated call: due steps, hang-up and redirect. All functions are pure."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

from switchboard.errors import Conflict
from switchboard.kernel.call import Kind
from switchboard.telephony.simulator.model import ScriptStep, SimulatedCall
from switchboard.telephony.simulator.script import end

AFTERWARDS = 0.01  # seconds between two steps in a row
OVER = "The call has ended."


def play(call: SimulatedCall, now: datetime) -> SimulatedCall:
    """Return the call with all due steps done. Steps within the same second happen together."""
    elapsed = math.floor(_seconds(call, now))
    due = sum(1 for step in call.steps if math.floor(step.at / call.speed) <= elapsed)
    return replace(call, done=max(call.done, due)) if due > call.done else call


def wait_for(call: SimulatedCall, now: datetime) -> float:
    """Return real seconds until the next step; the call must not have ended."""
    return max(0.0, math.floor(call.steps[call.done].at / call.speed) - _seconds(call, now))


def moment_of(call: SimulatedCall, step: ScriptStep) -> datetime:
    """Return the real time of a step."""
    return call.began_at + timedelta(seconds=step.at / call.speed)


def hung_up(call: SimulatedCall, now: datetime) -> SimulatedCall:
    """Return the call ending now, after its due steps. Raises Conflict if the call has ended."""
    reached = _running(call, now)
    at = _elapsed(reached, now)
    return replace(call, steps=(*reached.steps[: reached.done], end(at, _answered_at(reached))))


def redirected(call: SimulatedCall, to: str, now: datetime) -> SimulatedCall:
    """Return the call redirected to `to`. Raises Conflict if the call is unanswered or has ended."""
    reached = _running(call, now)
    if _answered_at(reached) is None:
        raise Conflict("Nobody has answered the call yet.", "call")
    applied, coming = reached.steps[: reached.done], reached.steps[reached.done :]
    step = ScriptStep(_elapsed(reached, now), Kind.CALL_REDIRECTED, to)
    return replace(call, steps=(*applied, step, *coming), holder=to)


def _running(call: SimulatedCall, now: datetime) -> SimulatedCall:
    reached = play(call, now)
    if reached.ended:
        raise Conflict(OVER, "call")
    return reached


def _elapsed(call: SimulatedCall, now: datetime) -> float:
    """Return simulated seconds since the start, later than every past step."""
    earliest = call.steps[call.done - 1].at + AFTERWARDS if call.done else 0.0
    return max(_seconds(call, now) * call.speed, earliest)


def _answered_at(call: SimulatedCall) -> float | None:
    applied = call.steps[: call.done]
    return next((step.at for step in applied if step.kind is Kind.CALL_ANSWERED), None)


def _seconds(call: SimulatedCall, now: datetime) -> float:
    return (now - call.began_at).total_seconds()
