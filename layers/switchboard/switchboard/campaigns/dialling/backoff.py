"""Exponential back-off of an account's dialler while the telephony takes no calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from switchboard.campaigns.dialling.state import Dialler
from switchboard.errors import Refusal

SHORTEST, LONGEST = 1.0, 60.0  # seconds
# Temporary refusals: they concern the telephony, not the call.
PASSING = frozenset({Refusal.NO_CHANNELS, Refusal.TOO_FAST, Refusal.UNAVAILABLE})


def refused(dialler: Dialler, at: datetime) -> Dialler:
    """Return the dialler with the next wait: 1 s after the first refusal, doubled each time, at most 60 s."""
    seconds = min(SHORTEST * 2**dialler.back_off, LONGEST)
    return replace(dialler, back_off=min(dialler.back_off + 1, 10), back_off_until=at + timedelta(seconds=seconds))


def taken(dialler: Dialler) -> Dialler:
    """Return the dialler without back-off, after a call was placed."""
    return replace(dialler, back_off=0, back_off_until=None)


def waits(dialler: Dialler, now: datetime) -> bool:
    """Whether the dialler is in back-off at `now`."""
    return dialler.back_off_until is not None and now < dialler.back_off_until
