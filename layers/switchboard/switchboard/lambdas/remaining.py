"""The remaining time of a function."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any


def out_of_time(context: Any, reserve: float) -> Callable[[], bool]:
    """Return a function that says whether less than `reserve` seconds are left. Ask before each piece of work."""
    return lambda: bool(context.get_remaining_time_in_millis() < reserve * 1000)


def within(seconds: float | None, clock: Callable[[], datetime], is_over: Callable[[], bool]) -> Callable[[], bool]:
    """Return the same question with a limit: yes also after `seconds` from now. None adds no limit."""
    if seconds is None:
        return is_over
    until = clock() + timedelta(seconds=seconds)
    return lambda: clock() >= until or is_over()
