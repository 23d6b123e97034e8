"""How much time a function has left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def out_of_time(context: Any, reserve: float) -> Callable[[], bool]:
    """A question to ask before each piece of work: is less than `reserve` (seconds) left?"""
    return lambda: bool(context.get_remaining_time_in_millis() < reserve * 1000)
