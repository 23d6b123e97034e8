"""How much time a function has left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def out_of_time(context: Any, reserve: float) -> Callable[[], bool]:
    """A question to ask before each piece of work, whether less than `reserve` (seconds) is left."""
    return lambda: bool(context.get_remaining_time_in_millis() < reserve * 1000)
