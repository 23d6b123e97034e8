"""Messages that go round: each counts its laps without progress, and stops at the limit of its circle.

Lambda's own loop detection also counts laps with progress, so the template switches detection off for the functions of
a circle (`RecursiveLoop: Allow`). `docs/loops.md` defines progress for each circle, and names the end of each circle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Laps:
    """The laps of a message so far. A message without a count is at its first lap.

    `mark` is the progress of the work when the message was sent. `idle` counts the laps in a row with the same mark.
    """

    idle: int = 0
    mark: str = ""

    def after(self, mark: str) -> Laps:
        """Return the laps of the next message. `idle` starts again at 0 if `mark` has changed."""
        return Laps(self.idle + 1 if mark == self.mark else 0, mark)


NO_LAPS = Laps()


@dataclass(frozen=True, slots=True)
class Circle:
    """Functions and queues that a message passes repeatedly. At most `most_idle` laps in a row may be idle."""

    name: str
    most_idle: int

    def ends(self, laps: Laps) -> bool:
        """Whether a message with these laps must not be sent again."""
        return laps.idle > self.most_idle


@dataclass(frozen=True, slots=True)
class Stop:
    """A message that was not sent, because its circle had ended. `about` is the id of the lane, receiver or call."""

    circle: str
    account: str
    about: str
    idle: int


TellStop = Callable[[Stop], None]
"""Tells the operator that a circle was stopped."""

# The name of the circles that pass other hubs, or this hub's own address: `kernel/hops.py` counts these.
HOPS = "hops"
# Four times the largest number of fast attempts. After the end, the receiver's workflow drives the lane.
LANE = Circle("lane", 40)
# Two hours at the longest pause between two polls. After the end, the receiver's workflow drives the lanes.
TRY = Circle("receiver_try", 240)
# Two hours at the longest back-off. After the end, the execution's workflow still wakes the conductor every 15 s.
DIALLING = Circle("dialling", 120)
# A day of waits at the longest delay of a queue.
SIMULATED_CALL = Circle("simulated_call", 100)
