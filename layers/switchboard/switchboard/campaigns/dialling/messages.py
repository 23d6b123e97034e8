"""Messages of the dialling queue and of the wake-up queue."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.laps import NO_LAPS, Laps
from switchboard.telephony.progress import CallProgress


@dataclass(frozen=True, slots=True)
class ConductorMessage:
    """A message for an account's conductor. A message without progress is a tick: there may be work."""

    account: str
    progress: CallProgress | None = None
    laps: Laps = NO_LAPS


@dataclass(frozen=True, slots=True)
class WakeMessage:
    """A delayed message that becomes a tick. `name` is the tick's deduplication id."""

    account: str
    name: str
    laps: Laps = NO_LAPS
