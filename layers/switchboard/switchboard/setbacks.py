"""The rule for a queued message whose handling failed: wait and try again, or give the message up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import random
from typing import Any

from switchboard.errors import Busy, TryAgain

UNEXPECTED_WAIT = 15.0  # seconds until the next try after an unexpected error
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds, of an outage
DOUBLINGS = 6

Record = dict[str, Any]
"""A message as the event source mapping passes it."""


@dataclass(frozen=True, slots=True)
class QueueHands:
    """What a worker can do about a message of its queue that it has not handled.

    `postpone` hides the messages of some receipts for so many seconds. `set_aside` writes a message to the dead queue,
    with the name of its error. `is_outage` tells a failure of AWS that passes by itself from all other failures.
    """

    postpone: Callable[[Sequence[str], float], None]
    set_aside: Callable[[Record, str], None]
    is_outage: Callable[[Exception], bool]


@dataclass(frozen=True, slots=True)
class Setback:
    """The fate of a message: another try after `wait` seconds, or, if `poison`, the dead queue.

    `expected` says that the hub raised the error on purpose.
    """

    wait: float
    poison: bool = False
    expected: bool = False


def setback(error: Exception, receives: int, most_receives: int, *, outage: bool) -> Setback:
    """Return the fate of a message that was received for the `receives`-th time.

    In an outage the wait doubles with each receive, up to a minute. The message is not given up, because the same
    message would succeed later. Any other unexpected error gives the message up at `most_receives`.
    """
    if isinstance(error, Busy) or outage:
        wait = outage_wait(receives, random())  # noqa: S311 - chance, not secrecy
        return Setback(wait, expected=isinstance(error, Busy))
    if isinstance(error, TryAgain):
        return Setback(error.after, expected=True)
    return Setback(UNEXPECTED_WAIT, poison=receives >= most_receives)


def outage_wait(receives: int, chance: float) -> float:
    """Return a wait in seconds. `chance`, from 0 to 1, spreads the waits, so that not all messages return at once."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(receives - 1, DOUBLINGS))
    return longest * (1 + chance) / 2
