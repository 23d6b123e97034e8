"""Messages of the dialling queue and of the wake-up queue."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.campaigns.dialling.state import DiallingNews
from switchboard.laps import NO_LAPS, Laps
from switchboard.telephony.progress import CallProgress


@dataclass(frozen=True, slots=True)
class UntoldNews:
    """News that a follower of dialling could not take. `follower` is the follower's name."""

    follower: str
    news: tuple[DiallingNews, ...]


@dataclass(frozen=True, slots=True)
class ConductorMessage:
    """A message for an account's conductor. A message without progress is a tick: there may be work.

    A message with `untold` is for a follower alone; it has a group of its own, so the account's dialling never waits.
    """

    account: str
    progress: CallProgress | None = None
    laps: Laps = NO_LAPS
    untold: UntoldNews | None = None


@dataclass(frozen=True, slots=True)
class WakeMessage:
    """A delayed message that becomes a tick. `name` is the tick's deduplication id."""

    account: str
    name: str
    laps: Laps = NO_LAPS
