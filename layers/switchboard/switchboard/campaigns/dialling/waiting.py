"""Why an active execution calls nobody at the moment, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from switchboard.campaigns.dialling import backoff
from switchboard.campaigns.dialling.state import DiallingState, Line
from switchboard.campaigns.dialling.windows import is_open, opens_at
from switchboard.kernel.campaign import Execution, Limits, Phase
from switchboard.kernel.campaign_outcome import Waiting

WINDOW = "window"  # the time of day in which calls may begin
NEXT_WAVE = "next_wave"
TELEPHONY = "telephony_refuses"
CALL_END = "call_end"  # a call is over by all rules, and no end was reported: it counts as lost then
NO_CHANNELS = "no_channels"
OTHER_CALLS = "other_campaigns"  # their calls take all channels
LATE = timedelta(seconds=5)  # that a report of an end may take


def waiting_of(state: DiallingState, execution: Execution, now: datetime) -> Waiting | None:
    """Return what a running execution waits for; None if it calls, or is not running."""
    if execution.phase is not Phase.RUNNING:
        return None
    own = [line for line in state.lines.values() if line.execution == execution.id]
    if own:
        return _for_ends(execution, own, now)
    return _for_time(execution, now) or _for_lines(state, now)


def _for_ends(execution: Execution, lines: list[Line], now: datetime) -> Waiting | None:
    """Return the wait for ends that were not reported, if no other call of the execution lasts."""
    has_next = execution.ready or execution.cursor < execution.audience.size
    if has_next or any(now < _ends_at(execution, line) for line in lines):
        return None
    return Waiting(CALL_END, max(line.deadline for line in lines))


def _ends_at(execution: Execution, line: Line) -> datetime:
    """Return when a call is over at the latest."""
    settings = execution.settings
    if line.answered_at is None:
        return line.claimed_at + timedelta(seconds=settings.max_answer_delay) + LATE
    return line.answered_at + timedelta(seconds=settings.max_call_duration) + LATE


def _for_time(execution: Execution, now: datetime) -> Waiting | None:
    settings, earliest = execution.settings, max(execution.wave_at or now, now)
    opening = opens_at(settings.window, execution.timezone, earliest)
    if opening > earliest or not is_open(settings.window, execution.timezone, now):
        return Waiting(WINDOW, opening)
    return Waiting(NEXT_WAVE, earliest) if earliest > now else None


def _for_lines(state: DiallingState, now: datetime) -> Waiting | None:
    limits = state.dialler.limits or Limits()
    if backoff.waits(state.dialler, now):
        return Waiting(TELEPHONY, state.dialler.back_off_until)
    if not limits.channels:
        return Waiting(NO_CHANNELS)
    return Waiting(OTHER_CALLS) if len(state.lines) >= limits.channels else None
