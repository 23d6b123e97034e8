"""The behaviour of a called party, chosen by the last two digits of the number."""

from __future__ import annotations

from enum import StrEnum

from switchboard.errors import Invalid


class Behaviour(StrEnum):
    """The behaviours of a called party, as docs/telephony.md names them."""

    LISTENS = "answers and listens to the end"
    HANGS_UP = "answers and hangs up after 2 s"
    PRESSES = "answers and presses the digit asked for"
    PRESSES_WRONG = "answers and presses another digit"
    BUSY = "is busy"
    NO_ANSWER = "does not answer"
    INVALID = "is no valid number"
    CONGESTION = "cannot be reached: congestion"
    NEVER_ENDS = "answers, and the end is never reported"


OUTCOMES: tuple[tuple[int, int, Behaviour], ...] = (
    (0, 49, Behaviour.LISTENS),
    (50, 54, Behaviour.HANGS_UP),
    (55, 59, Behaviour.PRESSES),
    (60, 64, Behaviour.PRESSES_WRONG),
    (65, 69, Behaviour.BUSY),
    (70, 74, Behaviour.NO_ANSWER),
    (75, 79, Behaviour.INVALID),
    (80, 84, Behaviour.CONGESTION),
    (85, 89, Behaviour.NEVER_ENDS),
    (90, 99, Behaviour.LISTENS),
)


def behaviour_of(number: str) -> Behaviour:
    """Return the number's behaviour. Raises Invalid unless the number ends in two digits."""
    suffix = number[-2:]
    if len(suffix) < len("00") or not suffix.isdecimal():
        raise Invalid("It must end in two digits.", "number")
    return next(behaviour for first, last, behaviour in OUTCOMES if first <= int(suffix) <= last)
