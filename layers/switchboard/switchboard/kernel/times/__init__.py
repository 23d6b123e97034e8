"""Times and durations as PBXs write them, and clocks that are wrong."""

from switchboard.kernel.times.clocks import Clock, Doubt, checked_clock
from switchboard.kernel.times.durations import read_duration
from switchboard.kernel.times.moments import read_moment

__all__ = ["Clock", "Doubt", "checked_clock", "read_duration", "read_moment"]
