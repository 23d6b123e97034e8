"""A receiver's rate limit: requests are counted in windows of whole seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RateWindow:
    """A window of time: its first second since 1970, its length in seconds, and the most requests in it."""

    start: int
    seconds: int
    most: int


def window_at(rate: float, at: datetime) -> RateWindow:
    """Return the window of a moment. Below one request a second, the window is as long as one request takes."""
    seconds = max(1, math.ceil(1 / rate))
    return RateWindow(int(at.timestamp()) // seconds * seconds, seconds, max(1, int(rate)))
