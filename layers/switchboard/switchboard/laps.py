"""Messages that go round: each counts its laps without progress, and ends after as many as its circle's design allows.

Lambda's own detection counts laps with progress too, so the functions of a circle have it switched off
(`RecursiveLoop: Allow` in the template). `docs/loops.md` says what progress is in each circle, and what ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Laps:
    """What a message says of its way so far; one without a count is at its beginning.

    `mark` tells how far the work was when the message was sent. `idle` counts the laps in a row that found the same
    mark again.
    """

    idle: int = 0
    mark: str = ""

    def after(self, mark: str) -> Laps:
        """The count of the next message, sent when the work is as far as `mark`: 0 where that is news."""
        return Laps(self.idle + 1 if mark == self.mark else 0, mark)


NO_LAPS = Laps()


@dataclass(frozen=True, slots=True)
class Circle:
    """Functions and queues that a message passes over and over; `most_idle` laps in a row may bring no progress."""

    name: str
    most_idle: int

    def ends(self, laps: Laps) -> bool:
        """Whether a message with this count is not to be sent any more."""
        return laps.idle > self.most_idle


@dataclass(frozen=True, slots=True)
class Stop:
    """A message that was not sent, because its circle had ended: `about` is the id of what the circle worked on."""

    circle: str
    account: str
    about: str
    idle: int


TellStop = Callable[[Stop], None]
"""Has an operator know of a circle that was stopped."""

# Four times the most fast attempts that a lane may have. After these the receiver's workflow has the lane.
LANE = Circle("lane", 40)
# Two hours at the longest pause between two looks. The receiver's workflow goes on with what is left.
TRY = Circle("receiver_try", 240)
# Two hours at the longest back-off. The execution's workflow goes on asking every fifteen seconds.
DIALLING = Circle("dialling", 120)
# A day of steps that lie further ahead than a queue can hold a message back.
SIMULATED_CALL = Circle("simulated_call", 100)
