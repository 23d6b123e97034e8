"""How long a whole dialler waits when its telephony takes no more calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from switchboard.campaigns.dialling.state import Dialler
from switchboard.errors import Refusal

SHORTEST, LONGEST = 1.0, 60.0  # seconds
# These say nothing of the call, and pass by themselves.
PASSING = frozenset({Refusal.NO_CHANNELS, Refusal.TOO_FAST, Refusal.UNAVAILABLE})


def refused(dialler: Dialler, at: datetime) -> Dialler:
    """Wait, twice as long as the last time."""
    seconds = min(SHORTEST * 2**dialler.back_off, LONGEST)
    return replace(dialler, back_off=min(dialler.back_off + 1, 10), back_off_until=at + timedelta(seconds=seconds))


def taken(dialler: Dialler) -> Dialler:
    """A call was placed: all is well."""
    return replace(dialler, back_off=0, back_off_until=None)


def waits(dialler: Dialler, now: datetime) -> bool:
    """Whether it is waiting."""
    return dialler.back_off_until is not None and now < dialler.back_off_until
