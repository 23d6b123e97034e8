"""Times and durations as PBXs write them."""

from switchboard.kernel.times.durations import read_duration
from switchboard.kernel.times.moments import read_moment

__all__ = ["read_duration", "read_moment"]
