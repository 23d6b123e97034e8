"""What goes through the queue of an account's dialling: progress of placed calls, and ticks."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.laps import NO_LAPS, Laps
from switchboard.telephony.progress import CallProgress


@dataclass(frozen=True, slots=True)
class Heard:
    """A message for an account's conductor; without progress it is a tick, which only says that there may be work."""

    account: str
    progress: CallProgress | None = None
    laps: Laps = NO_LAPS


@dataclass(frozen=True, slots=True)
class Waking:
    """A message that is held back until a conductor is to take a turn; `name` tells one from another."""

    account: str
    name: str
    laps: Laps = NO_LAPS
