"""The limits of a simulated line: calls at the same time, and calls started within a second."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.errors import ProviderRefused, Refusal
from switchboard.telephony.simulator.model import SimulatorSettings

SECOND = 1000  # milliseconds


@dataclass(frozen=True, slots=True)
class ChannelUse:
    """The channels in use, the latest starts (milliseconds since 1970), and a version for the optimistic lock."""

    used: int = 0
    begun: tuple[int, ...] = ()
    version: int = 0


def take_channel(line: ChannelUse, now: int, settings: SimulatorSettings) -> ChannelUse:
    """Return the line with one more call. Raises ProviderRefused if no channel is free or calls start too fast."""
    if line.used >= settings.channels:
        raise ProviderRefused("All channels of the telephony are in use.", Refusal.NO_CHANNELS)
    recent = tuple(at for at in line.begun if now - at < SECOND)
    if len(recent) >= settings.cps:
        raise ProviderRefused("Calls are started faster than the telephony allows.", Refusal.TOO_FAST)
    return ChannelUse(line.used + 1, (*recent, now), line.version + 1)
