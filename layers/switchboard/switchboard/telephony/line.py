"""The limits of an account's line: calls at the same time, and calls started within a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from switchboard.errors import ProviderRefused, Refusal

SECOND = 1000  # milliseconds


class LineLimits(Protocol):
    """Calls at a time, and calls begun within any second."""

    @property
    def channels(self) -> int: ...
    @property
    def cps(self) -> int: ...


@dataclass(frozen=True, slots=True)
class ChannelUse:
    """The channels in use, the latest starts (milliseconds since 1970), and a version for the optimistic lock."""

    used: int = 0
    begun: tuple[int, ...] = ()
    version: int = 0


def take_channel(line: ChannelUse, now: int, limits: LineLimits, channels: int = 1) -> ChannelUse:
    """Return the line with one more call of so many channels.

    Raises ProviderRefused if no channel is free or calls start too fast.
    """
    if line.used + channels > limits.channels:
        raise ProviderRefused("All channels of the telephony are in use.", Refusal.NO_CHANNELS)
    recent = tuple(at for at in line.begun if now - at < SECOND)
    if len(recent) >= limits.cps:
        raise ProviderRefused("Calls are started faster than the telephony allows.", Refusal.TOO_FAST)
    return ChannelUse(line.used + channels, (*recent, now), line.version + 1)
