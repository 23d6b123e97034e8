"""How much time a function has left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any


def out_of_time(context: Any, reserve: float) -> Callable[[], bool]:
    """A question to ask before each piece of work, whether less than `reserve` (seconds) is left."""
    return lambda: bool(context.get_remaining_time_in_millis() < reserve * 1000)


def within(seconds: float | None, clock: Callable[[], datetime], is_over: Callable[[], bool]) -> Callable[[], bool]:
    """The same question, answered yes after so many seconds from now as well, where a number is given."""
    if seconds is None:
        return is_over
    until = clock() + timedelta(seconds=seconds)
    return lambda: clock() >= until or is_over()
